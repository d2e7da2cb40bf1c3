import { createClientFactory } from '../../src/lib/aws/clients';
import { dynamoTable } from '../../src/lib/aws/dynamodb';
import type { Table } from '../../src/lib/aws/edges';
import { catalogFromItem, catalogToItem } from '../../src/lib/ledger/catalog-item';
import { findReusable } from '../../src/lib/ledger/find-reusable';
import { history } from '../../src/lib/ledger/history';
import { fromItem, ledgerSchema, toItem } from '../../src/lib/ledger/items';
import { imageSk, statePk } from '../../src/lib/ledger/keys';
import { LedgerError } from '../../src/lib/ledger/ledger-error';
import { readState } from '../../src/lib/ledger/read-state';
import { recordCommand } from '../../src/lib/ledger/record-command';
import { recordUpstream } from '../../src/lib/ledger/record-upstream';
import {
  unchanged,
  archiveBake,
  freeSlot,
  indexReady,
  putImage,
  recordAmi,
  takeSlot,
} from '../../src/lib/ledger/writes';
import { newImageRecord } from '../../src/lib/lifecycle/image-record';
import { toPublished } from '../../src/lib/lifecycle/publish';
import type { UpstreamRecord } from '../../src/lib/lifecycle/upstream-record';
import { VirtualClock } from '../../src/local/aws/clock';
import { clientsFor, createWorld, type LocalAws } from '../../src/local/aws/create-world';
import { aBake, noon } from '../lifecycle/bakes';

const account = '111111111111';
let aws: LocalAws;
let table: Table;

beforeEach(() => {
  aws = createWorld({
    clock: new VirtualClock(noon),
    seed: 1,
    accounts: [{ id: account, region: 'eu-west-1', tables: ['bakery'] }],
  });
  const prepare = clientsFor(aws, { account, caller: 'test' });
  table = dynamoTable(createClientFactory({ region: 'eu-west-1', prepare }), 'bakery');
});
afterEach(() => aws.close());

const web = newImageRecord('web/x86_64');
const base = newImageRecord('base/x86_64');

test('an item is written whole, and only over the version that was read', async () => {
  const first = putImage(web);
  await table.write([first.write]);
  const second = putImage({ ...first.stored, notBefore: 5 });
  await table.write([second.write]);
  await expect(table.write([putImage(first.stored).write])).rejects.toMatchObject({
    code: 'CONDITION_FAILED',
  });
  await expect(table.write([putImage(web).write])).rejects.toMatchObject({ code: 'CONDITION_FAILED' });
  expect((await readState(table)).records.get('web/x86_64')).toMatchObject({ version: 2, notBefore: 5 });
});

test('a claim is one transaction: no slot, or an ancestor that moved, and nothing of it is written', async () => {
  const stored = putImage(base);
  await table.write([stored.write]);
  const claim = (version: number, slot: number, id: string) => {
    const bake = aBake({ id });
    return table.write([
      putImage({ ...web, live: bake }).write,
      takeSlot(slot, bake),
      unchanged(imageSk('base/x86_64'), version),
    ]);
  };
  await expect(claim(9, 0, 'b-01')).rejects.toMatchObject({
    code: 'CONDITION_FAILED',
    failedConditions: [2],
  });
  expect((await readState(table)).slots.size).toBe(0);
  await claim(1, 0, 'b-02');
  await expect(claim(1, 0, 'b-03')).rejects.toMatchObject({
    code: 'CONDITION_FAILED',
    failedConditions: [0, 1],
  });
  const state = await readState(table);
  expect([...state.slots]).toMatchObject([[0, { bakeId: 'b-02', image: 'web/x86_64' }]]);
  expect(state.records.get('web/x86_64')?.live?.id).toBe('b-02');
  await table.write([freeSlot(0)]);
  expect((await readState(table)).slots.size).toBe(0);
});

test('an AMI belongs to one bake', async () => {
  await table.write([recordAmi('ami-1', 'b-01')]);
  await expect(table.write([recordAmi('ami-1', 'b-02')])).rejects.toMatchObject({ code: 'CONDITION_FAILED' });
});

test('ended bakes are history, newest first and without the request; ready ones are found by their inputs', async () => {
  for (const id of ['b-01', 'b-02', 'b-03']) {
    const bake = aBake({ id, amis: { 'eu-west-1': `ami-${id}` } });
    await table.write([...archiveBake(bake), indexReady({ ...toPublished(bake, noon), sequence: 0 })]);
  }
  const [newest, ...rest] = await history(table, 'web/x86_64', 2);
  expect([newest?.id, rest.map(({ id }) => id)]).toEqual(['b-03', ['b-02']]);
  expect(newest).not.toHaveProperty('request');
  expect((await findReusable(table, 'aa')).map(({ bakeId }) => bakeId)).toEqual(['b-03', 'b-02', 'b-01']);
  expect(await findReusable(table, 'bb')).toEqual([]);
});

const announcement = (sequence: number): UpstreamRecord => ({
  bakery: 'platform',
  image: 'base/x86_64',
  channel: 'stable',
  account,
  version: sequence,
  sequence,
  bakeId: `b-${sequence}`,
  inputHash: 'aa',
  commitId: 'c0ffee',
  amis: {},
  ancestry: [],
  publishedAtMs: 0,
  receivedAtMs: 0,
  revoked: [],
});

test.each([
  ['in order', [1, 2, 3], ['recorded', 'recorded', 'recorded']],
  ['doubled and reordered', [3, 3, 1], ['recorded', 'old', 'old']],
])('announcements that come %s leave the newest', async (_, sequences, outcomes) => {
  const seen: string[] = [];
  for (const sequence of sequences) seen.push(await recordUpstream(table, announcement(sequence)));
  expect(seen).toEqual(outcomes);
  const { upstreams } = await readState(table);
  expect(upstreams.get('platform/base/x86_64@stable')).toMatchObject({ sequence: 3, version: 3 });
});

test('a command is recorded once', async () => {
  const command = { id: 'c-1', command: 'bake' as const, image: 'web', by: 'alice', why: '', atMs: noon };
  expect(await recordCommand(table, command)).toBe('recorded');
  expect(await recordCommand(table, command)).toBe('known');
  expect((await readState(table)).commands).toEqual([command]);
});

test('a catalog survives gzip, and one too large for an item says what to do', () => {
  const stored = { version: 3, headSeen: 'c0ffee' };
  expect(catalogFromItem(catalogToItem(stored))).toEqual(stored);
  // What gzip cannot shrink: a megabyte of chance.
  const noise = Array.from({ length: 200_000 }, () => aws.chance.hex(6)).join('');
  expect(() => catalogToItem({ version: 1, headSeen: noise })).toThrow(/over the 390000 .* two bakeries/);
});

describe('an item written by newer code', () => {
  test('is not read, so that it is not written back without what it says', () => {
    const newer = { ...toItem(statePk, imageSk('web/x86_64'), 1, web), schema: ledgerSchema + 1 };
    expect(() => fromItem(newer)).toThrow(LedgerError);
    expect(() => fromItem(newer)).toThrow(/Deploy the newer version again/);
  });
  test('of a kind this code does not know is left alone', async () => {
    await table.write([
      { kind: 'put', item: toItem(statePk, 'FUTURE#1', 1, { a: 1 }), condition: { kind: 'any' } },
    ]);
    expect((await readState(table)).records.size).toBe(0);
  });
});

test('1,000 images are two Query pages', async () => {
  const record = {
    ...web,
    channels: {
      stable: {
        announcedSequence: noon,
        lastSequence: noon,
        policyDigest: 'd'.repeat(64),
        parameterNames: { 'eu-west-1': '/bakery/some-image-name/x86_64/stable' },
        current: {
          ...toPublished(
            aBake({
              id: `b-${'0'.repeat(26)}`,
              inputHash: 'a'.repeat(64),
              contentDigest: 'c'.repeat(64),
              commitId: 'f'.repeat(40),
              amis: { 'eu-west-1': 'ami-0123456789abcdef0' },
              inputs: ['base/', 'common/'].map((path) => ({ path, objectId: 'e'.repeat(40) })),
              ancestry: [{ amiId: 'ami-0123456789abcdef0' }, { amiId: 'ami-0123456789abcdef0' }],
            }),
            noon,
          ),
          sequence: noon,
          publishedAtMs: noon,
        },
      },
    },
    schedule: { cron: '0 2 * * *', timezone: 'Europe/London', sinceMs: noon },
    claims: [{ atMs: noon, cause: 'schedule' }],
  };
  for (let index = 0; index < 1_000; index += 1) {
    await table.write([putImage({ ...record, key: `image-${index}/x86_64` }).write]);
  }
  aws.log.records.length = 0;
  expect((await readState(table)).records.size).toBe(1_000);
  expect(aws.log.records.filter(({ operation }) => operation === 'Query').length).toBeLessThanOrEqual(2);
});

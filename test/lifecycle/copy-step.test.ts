import * as fc from 'fast-check';
import { known, unknown } from '../../src/lib/definitions/known';
import { hourMs, minuteMs } from '../../src/lib/definitions/instant';
import {
  copyNames,
  doneCopy,
  failedAttempt,
  maxCopyAttempts,
  nextCopyStep,
  putOffCopy,
  sentCopy,
  takenCopy,
  type CopyFacts,
  type CopyStep,
} from '../../src/lib/lifecycle/copy-step';
import type { Copy } from '../../src/lib/lifecycle/distribution';
import type { AmiObservation } from '../../src/lib/lifecycle/observation';

const now = Date.parse('2026-11-22T12:00:00Z');
const bakeId = 'b-01jd6t3v8kq5r2m9x7c4w1h0ya';
const source = { region: 'eu-west-1', amiId: 'ami-0a' };
const keyArn = 'arn:aws:kms:eu-central-1:111111111111:key/1';
const due: Copy = { state: 'due', attempts: 0, sinceMs: now };
const keyed: Copy = { ...due, kmsKey: 'alias/golden', keyArn };
const sent: Copy = { state: 'sent', attempts: 1, sinceMs: now };
const seen: Copy = { ...sent, amiId: 'ami-0b' };
const ami = (change: Partial<AmiObservation> = {}): AmiObservation => ({
  amiId: 'ami-0b',
  ownerId: '111111111111',
  name: 'base',
  state: 'available',
  architecture: 'x86_64',
  createdAtMs: now,
  sourceAmiId: source.amiId,
  tags: { 'bakery:bake': bakeId },
  snapshotIds: ['snap-1'],
  ...change,
});
const under = (arn?: string) =>
  known([{ snapshotId: 'snap-1', ...(arn === undefined ? {} : { keyArn: arn }) }]);

const rejected = (what: string): CopyStep => ({
  do: 'fail',
  why: `ami-0b was to be encrypted with ${keyArn}, and ${what}`,
  final: true,
  rejected: true,
});

const cases: [string, Copy, Partial<CopyFacts>, CopyStep][] = [
  ['done stays done', { ...seen, state: 'done' }, {}, { do: 'done', amiId: 'ami-0b' }],
  ['a key is asked for first', { ...due, kmsKey: 'alias/golden' }, {}, { do: 'find-key' }],
  [
    'a key that works is remembered',
    { ...due, kmsKey: 'alias/golden' },
    { key: known({ arn: keyArn, state: 'Enabled' }) },
    { do: 'use-key', keyArn },
  ],
  [
    'no key',
    { ...due, kmsKey: 'alias/golden' },
    { key: known(undefined) },
    { do: 'fail', final: true, why: 'there is no key alias/golden in this region' },
  ],
  [
    'a key that is to be deleted',
    { ...due, kmsKey: 'alias/golden' },
    { key: known({ arn: keyArn, state: 'PendingDeletion' }) },
    { do: 'fail', final: true, why: `the key alias/golden (${keyArn}) is PendingDeletion` },
  ],
  [
    'a key that could not be read',
    { ...due, kmsKey: 'alias/golden' },
    { key: unknown('KMS is down') },
    { do: 'wait', why: 'the key alias/golden could not be read: KMS is down' },
  ],
  [
    'what the build made is looked at',
    { ...keyed, present: 'ami-0a' },
    {},
    { do: 'inspect', amiId: 'ami-0a' },
  ],
  [
    'what the build encrypted itself is taken as it is',
    { ...keyed, present: 'ami-0a' },
    { snapshots: under(keyArn) },
    { do: 'done', amiId: 'ami-0a' },
  ],
  [
    'what the build left in the clear is copied',
    { ...keyed, present: 'ami-0a' },
    { snapshots: under() },
    { do: 'search' },
  ],
  [
    'what the build made could not be looked at',
    { ...keyed, present: 'ami-0a' },
    { snapshots: unknown('EC2 is down') },
    { do: 'wait', why: 'snapshots could not be read: EC2 is down' },
  ],
  [
    'what the build made is not looked at again once copies were tried',
    { ...keyed, present: 'ami-0a', attempts: 1 },
    {},
    { do: 'search' },
  ],
  [
    'where no key is asked for, what the build made is not looked at',
    { ...due, present: 'ami-0a' },
    {},
    { do: 'search' },
  ],
  [
    'what is to be encrypted is not shown yet',
    { ...keyed, present: 'ami-0a', sinceMs: now - 10 * minuteMs + 1 },
    { snapshots: known(undefined) },
    { do: 'wait', why: 'EC2 does not show ami-0a' },
  ],
  [
    'what is to be encrypted is gone: EC2 is asked for the copy, and says so',
    { ...keyed, present: 'ami-0a', sinceMs: keyed.sinceMs - 10 * minuteMs },
    { snapshots: known(undefined) },
    { do: 'search' },
  ],
  ['before sending, it is looked for', due, {}, { do: 'search' }],
  [
    'before sending, it could not be looked for',
    due,
    { found: unknown('EC2 is down') },
    { do: 'wait', why: 'AMIs could not be listed: EC2 is down' },
  ],
  ['nothing found', due, { found: known([]) }, { do: 'send', discard: [] }],
  [
    'found: somebody died before writing it down',
    due,
    { found: known([ami()]) },
    { do: 'take', amiId: 'ami-0b' },
  ],
  [
    'found and failed',
    due,
    { found: known([ami({ state: 'failed' })]) },
    { do: 'send', discard: ['ami-0b'] },
  ],
  [
    'found pending, after one that failed',
    due,
    { found: known([ami({ state: 'failed' }), ami({ amiId: 'ami-0c', state: 'pending' })]) },
    { do: 'take', amiId: 'ami-0c' },
  ],
  [
    'found, and nothing can become of it any more',
    due,
    { found: known([ami({ state: 'deregistered' }), ami({ amiId: 'ami-0c', state: 'disabled' })]) },
    { do: 'send', discard: [] },
  ],
  [
    'found from a source that EC2 does not tell (any more)',
    due,
    { found: known([ami({ sourceAmiId: undefined })]) },
    { do: 'take', amiId: 'ami-0b' },
  ],
  [
    'of several that failed, those of the bake are removed',
    due,
    {
      found: known([
        ami({ state: 'failed' }),
        ami({ amiId: 'ami-0c', state: 'failed', tags: { 'bakery:bake': 'b-2' } }),
        ami({ amiId: 'ami-0d', state: 'failed', sourceAmiId: 'ami-9' }),
        ami({ amiId: 'ami-0e', state: 'failed' }),
      ]),
    },
    { do: 'send', discard: ['ami-0b', 'ami-0e'] },
  ],
  [
    "another bake's",
    due,
    { found: known([ami({ tags: { 'bakery:bake': 'b-2' } })]) },
    { do: 'send', discard: [] },
  ],
  ['without a tag', due, { found: known([ami({ tags: {} })]) }, { do: 'send', discard: [] }],
  ['of another source', due, { found: known([ami({ sourceAmiId: 'ami-0c' })]) }, { do: 'send', discard: [] }],
  [
    'too early, after a failure',
    { ...due, notBeforeMs: now + 1, lastFailure: 'no room' },
    { found: known([]) },
    { do: 'wait', why: 'tried again later: no room' },
  ],
  [
    'too early, after EC2 was busy',
    { ...due, notBeforeMs: now + 1 },
    { found: known([]) },
    { do: 'wait', why: 'tried again later: EC2 was busy' },
  ],
  ['early enough', { ...due, notBeforeMs: now }, { found: known([]) }, { do: 'send', discard: [] }],
  ['sent, answer lost: looked for', sent, {}, { do: 'search' }],
  [
    'sent, answer lost, found',
    sent,
    { found: known([ami({ state: 'pending' })]) },
    { do: 'take', amiId: 'ami-0b' },
  ],
  ['sent, answer lost, not found: the same request', sent, { found: known([]) }, { do: 'send-again' }],
  [
    'sent, answer lost, could not be looked for',
    sent,
    { found: unknown('EC2 is down') },
    { do: 'wait', why: 'AMIs could not be listed: EC2 is down' },
  ],
  [
    "sent, answer lost: another bake's copy of the same name is not taken",
    sent,
    { found: known([ami({ amiId: 'ami-0c', tags: { 'bakery:bake': 'b-2' } }), ami()]) },
    { do: 'take', amiId: 'ami-0b' },
  ],
  [
    'sent, answer lost: nor a copy of another source, nor one without a tag',
    sent,
    { found: known([ami({ amiId: 'ami-0c', sourceAmiId: 'ami-9' }), ami({ amiId: 'ami-0d', tags: {} })]) },
    { do: 'send-again' },
  ],
  [
    'sent, answer lost: the copy, before one that failed',
    sent,
    { found: known([ami({ amiId: 'ami-0c', state: 'failed' }), ami()]) },
    { do: 'take', amiId: 'ami-0b' },
  ],
  [
    'sent, answer lost: it failed',
    sent,
    { found: known([ami({ state: 'failed' })]) },
    { do: 'fail', final: false, discard: 'ami-0b', why: 'ami-0b failed: EC2 gives no reason' },
  ],
  [
    "sent, answer lost: another bake's failed copy is neither its failure nor removed",
    sent,
    {
      found: known([
        ami({ amiId: 'ami-0c', state: 'failed', tags: { 'bakery:bake': 'b-2' } }),
        ami({ amiId: 'ami-0d', state: 'failed', sourceAmiId: 'ami-9' }),
      ]),
    },
    { do: 'send-again' },
  ],
  [
    'sent, and almost ten minutes later not found',
    { ...sent, sinceMs: now - 10 * minuteMs + 1 },
    { found: known([]) },
    { do: 'send-again' },
  ],
  [
    'sent ten minutes ago and never found',
    { ...sent, sinceMs: now - 10 * minuteMs },
    { found: known([]) },
    { do: 'fail', final: false, why: 'EC2 took no request for a copy' },
  ],
  [
    'sent ten minutes ago and never found, after EC2 refused it',
    { ...sent, sinceMs: now - 10 * minuteMs, lastFailure: 'no such key' },
    { found: known([]) },
    { do: 'fail', final: false, why: 'no such key' },
  ],
  ['not looked at', seen, {}, { do: 'wait', why: 'ami-0b was not looked at yet' }],
  [
    'could not be read',
    seen,
    { ami: unknown('EC2 is down') },
    { do: 'wait', why: 'ami-0b could not be read: EC2 is down' },
  ],
  [
    'not shown yet',
    { ...seen, sinceMs: now - 10 * minuteMs + 1 },
    { ami: known(undefined) },
    { do: 'wait', why: 'EC2 does not show ami-0b yet' },
  ],
  [
    'not shown for ten minutes: gone',
    { ...seen, sinceMs: now - 10 * minuteMs },
    { ami: known(undefined) },
    { do: 'fail', final: false, why: 'ami-0b is gone' },
  ],
  [
    'pending for almost a day',
    { ...seen, sinceMs: now - 24 * hourMs + 1 },
    { ami: known(ami({ state: 'pending' })) },
    { do: 'wait', why: 'ami-0b is pending' },
  ],
  [
    'pending for a day',
    { ...seen, sinceMs: now - 24 * hourMs },
    { ami: known(ami({ state: 'pending' })) },
    { do: 'fail', final: false, discard: 'ami-0b', why: 'ami-0b was still pending after 24 hours' },
  ],
  [
    'failed',
    seen,
    { ami: known(ami({ state: 'failed', stateReason: 'Given key ID is not accessible' })) },
    { do: 'fail', final: false, discard: 'ami-0b', why: 'ami-0b failed: Given key ID is not accessible' },
  ],
  [
    'deregistered by hand',
    seen,
    { ami: known(ami({ state: 'deregistered' })) },
    { do: 'fail', final: false, why: 'ami-0b is deregistered' },
  ],
  ['available, no key asked for', seen, { ami: known(ami()) }, { do: 'done', amiId: 'ami-0b' }],
  [
    'available under a key: looked at',
    { ...seen, keyArn },
    { ami: known(ami()) },
    { do: 'inspect', amiId: 'ami-0b' },
  ],
  [
    'available under a key that could not be looked at',
    { ...seen, keyArn },
    { ami: known(ami()), snapshots: unknown('EC2 is down') },
    { do: 'wait', why: 'snapshots of ami-0b could not be read: EC2 is down' },
  ],
  [
    'available under a key, and its snapshots are not shown',
    { ...seen, keyArn },
    { ami: known(ami()), snapshots: known(undefined) },
    { do: 'wait', why: 'EC2 does not show ami-0b' },
  ],
  [
    'the right key',
    { ...seen, keyArn },
    { ami: known(ami()), snapshots: under(keyArn) },
    { do: 'done', amiId: 'ami-0b' },
  ],
  [
    'another key',
    { ...seen, keyArn },
    { ami: known(ami()), snapshots: under('arn:other') },
    rejected('snap-1 is encrypted with arn:other'),
  ],
  [
    'in the clear',
    { ...seen, keyArn },
    { ami: known(ami()), snapshots: under() },
    rejected('snap-1 is not encrypted'),
  ],
  [
    'one of two in the clear',
    { ...seen, keyArn },
    { ami: known(ami()), snapshots: known([{ snapshotId: 'snap-1', keyArn }, { snapshotId: 'snap-2' }]) },
    rejected('snap-2 is not encrypted'),
  ],
  [
    'no snapshot',
    { ...seen, keyArn },
    { ami: known(ami()), snapshots: known([]) },
    rejected('it has no snapshot'),
  ],
];

test.each(cases)('%s', (_what, copy, facts, step) => {
  expect(nextCopyStep(copy, { bakeId, source, ...facts }, now)).toEqual(step);
});

describe('attempts', () => {
  test('are few, and further and further apart', () => {
    const waits: number[] = [];
    let copy: Copy | undefined = due;
    for (;;) {
      copy = failedAttempt(sentCopy(copy, now), 'no', now);
      if (copy === undefined) break;
      waits.push(copy.notBeforeMs! - now);
    }
    expect(waits).toEqual([minuteMs, 4 * minuteMs, 16 * minuteMs]);
    expect(waits).toHaveLength(maxCopyAttempts - 1);
  });

  test('one that EC2 had no room for does not count', () => {
    const putOff: Copy = {
      state: 'due',
      attempts: 0,
      sinceMs: now,
      notBeforeMs: now + minuteMs,
      lastFailure: 'full',
    };
    expect(putOffCopy(sentCopy(due, now), 'full', now)).toEqual(putOff);
    expect(putOffCopy({ ...due, amiId: 'ami-0b' }, 'full', now)).toEqual(putOff);
  });

  test('one that failed is remembered with why', () => {
    expect(failedAttempt(seen, 'no', now + 1)).toEqual({
      state: 'due',
      attempts: 1,
      sinceMs: now + 1,
      notBeforeMs: now + 1 + minuteMs,
      lastFailure: 'no',
    });
  });

  test.each([
    [0, 1],
    [3, 3],
  ])('a copy that was found after %i attempts counts as %i', (attempts, counted) => {
    const taken: Copy = { state: 'sent', attempts: counted, amiId: 'ami-0b', sinceMs: now + 1 };
    expect(takenCopy({ ...due, attempts }, 'ami-0b', now + 1)).toEqual(taken);
    expect(doneCopy(taken, 'ami-0b', now + 2)).toEqual({ ...taken, state: 'done', sinceMs: now + 2 });
  });

  test('a new one carries nothing over of the AMI that failed', () => {
    expect(failedAttempt(seen, 'no', now)).not.toHaveProperty('amiId');
    expect(sentCopy({ ...seen, notBeforeMs: now }, now)).toEqual({
      state: 'sent',
      attempts: 2,
      sinceMs: now,
    });
  });
});

describe('names', () => {
  const distribution = { source };
  const names = (copy: Pick<Copy, 'keyArn' | 'attempts'>, region = 'ap-northeast-1') =>
    copyNames('base/x86_64', bakeId, region, distribution, copy);

  test('are the same for the same attempt, and others for another key or attempt', () => {
    const first = names({ attempts: 1, keyArn });
    expect(names({ attempts: 1, keyArn })).toEqual(first);
    for (const other of [names({ attempts: 2, keyArn }), names({ attempts: 1 })]) {
      expect(other.name).not.toBe(first.name);
      expect(other.token).not.toBe(first.token);
    }
  });

  test('are the same from version to version: a copy that was sent before a deployment is found after it', () => {
    expect(names({ attempts: 1 })).toEqual({
      name: 'base-x86_64-b-01jd6t3v8kq5r2m9x7c4w1h0ya-b02f7a-1',
      token: 'b-01jd6t3v8kq5r2m9x7c4w1h0ya-b02f7a-ap-northeast-1-1',
      pattern: 'base-x86_64-b-01jd6t3v8kq5r2m9x7c4w1h0ya-b02f7a-*',
    });
    expect(names({ attempts: 2, keyArn }, 'eu-central-1')).toEqual({
      name: 'base-x86_64-b-01jd6t3v8kq5r2m9x7c4w1h0ya-10b9df-2',
      token: 'b-01jd6t3v8kq5r2m9x7c4w1h0ya-10b9df-eu-central-1-2',
      pattern: 'base-x86_64-b-01jd6t3v8kq5r2m9x7c4w1h0ya-10b9df-*',
    });
  });

  test('fit what EC2 takes, and carry the id of the bake', () => {
    const { name, token, pattern } = names({ attempts: 4, keyArn });
    expect(token.length).toBeLessThanOrEqual(64);
    expect(name.length).toBeLessThanOrEqual(128);
    expect(name.startsWith(pattern.slice(0, -1))).toBe(true);
    expect(name).toContain(bakeId);
    expect(token).toContain(bakeId);
  });
});

test('whatever is seen: nothing is done twice, nothing is done without being sure, and it comes to an end', () => {
  const states = ['available', 'pending', 'failed', 'disabled', 'deregistered', 'invalid'] as const;
  const anyAmi = fc
    .record({
      state: fc.constantFrom(...states),
      mine: fc.boolean(),
      sourceAmiId: fc.constantFrom(source.amiId, 'ami-0c'),
    })
    .map(({ state, mine, sourceAmiId }) =>
      ami({ state, sourceAmiId, tags: { 'bakery:bake': mine ? bakeId : 'b-2' } }),
    );
  const anyKnown = <T>(value: fc.Arbitrary<T>) =>
    fc.oneof(
      fc.constant(undefined),
      fc.constant(unknown('down')),
      value.map((it) => known(it)),
    );
  const world = fc.array(
    fc.record({
      found: anyKnown(fc.array(anyAmi, { maxLength: 3 })),
      ami: anyKnown(fc.option(anyAmi, { nil: undefined })),
      snapshots: anyKnown(fc.constantFrom([{ snapshotId: 'snap-1', keyArn }], [{ snapshotId: 'snap-1' }])),
      passMs: fc.constantFrom(0, minuteMs, hourMs, 25 * hourMs),
    }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(world, fc.boolean(), (observations, withKey) => {
      let copy: Copy = withKey ? keyed : due;
      let atMs = now;
      let begun = 0;
      for (const { passMs, ...facts } of observations) {
        atMs += passMs;
        const step = nextCopyStep(copy, { bakeId, source, ...facts } as CopyFacts, atMs);
        if (step.do === 'send') {
          expect(copy.state).toBe('due');
          begun += 1;
          copy = sentCopy(copy, atMs);
        } else if (step.do === 'take') copy = takenCopy(copy, step.amiId, atMs);
        else if (step.do === 'done') {
          if (copy.state !== 'done') {
            expect(facts.ami).toMatchObject({ known: true, value: { state: 'available' } });
            if (withKey) expect(facts.snapshots).toEqual(known([{ snapshotId: 'snap-1', keyArn }]));
          }
          copy = doneCopy(copy, step.amiId, atMs);
        } else if (step.do === 'fail') {
          const again = step.final ? undefined : failedAttempt(copy, step.why, atMs);
          if (again === undefined) break;
          copy = again;
        }
      }
      expect(begun).toBeLessThanOrEqual(maxCopyAttempts);
    }),
  );
});

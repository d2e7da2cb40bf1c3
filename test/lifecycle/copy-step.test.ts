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

const cases: [string, Copy, Partial<CopyFacts>, Partial<CopyStep>][] = [
  ['done stays done', { ...seen, state: 'done' }, {}, { do: 'done', amiId: 'ami-0b' }],
  ['a key is asked for first', { ...due, kmsKey: 'alias/golden' }, {}, { do: 'find-key' }],
  [
    'a key that works is remembered',
    { ...due, kmsKey: 'alias/golden' },
    { key: known({ arn: keyArn, state: 'Enabled' }) },
    { do: 'use-key', keyArn },
  ],
  ['no key', { ...due, kmsKey: 'alias/golden' }, { key: known(undefined) }, { do: 'fail', final: true }],
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
    { do: 'wait' },
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
    'what is to be encrypted is not shown yet',
    { ...keyed, present: 'ami-0a' },
    { snapshots: known(undefined) },
    { do: 'wait' },
  ],
  [
    'what is to be encrypted is gone: EC2 is asked for the copy, and says so',
    { ...keyed, present: 'ami-0a', sinceMs: keyed.sinceMs - 10 * minuteMs },
    { snapshots: known(undefined) },
    { do: 'search' },
  ],
  ['before sending, it is looked for', due, {}, { do: 'search' }],
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
    "another bake's",
    due,
    { found: known([ami({ tags: { 'bakery:bake': 'b-2' } })]) },
    { do: 'send', discard: [] },
  ],
  ['without a tag', due, { found: known([ami({ tags: {} })]) }, { do: 'send', discard: [] }],
  ['of another source', due, { found: known([ami({ sourceAmiId: 'ami-0c' })]) }, { do: 'send', discard: [] }],
  ['too early', { ...due, notBeforeMs: now + 1 }, { found: known([]) }, { do: 'wait' }],
  ['sent, answer lost: looked for', sent, {}, { do: 'search' }],
  [
    'sent, answer lost, found',
    sent,
    { found: known([ami({ state: 'pending' })]) },
    { do: 'take', amiId: 'ami-0b' },
  ],
  ['sent, answer lost, not found: the same request', sent, { found: known([]) }, { do: 'send-again' }],
  [
    'sent long ago and never found',
    { ...sent, sinceMs: now - hourMs },
    { found: known([]) },
    { do: 'fail', final: false },
  ],
  ['not looked at', seen, {}, { do: 'wait' }],
  ['could not be read', seen, { ami: unknown('EC2 is down') }, { do: 'wait' }],
  ['not shown yet', seen, { ami: known(undefined) }, { do: 'wait' }],
  ['gone', { ...seen, sinceMs: now - hourMs }, { ami: known(undefined) }, { do: 'fail', final: false }],
  ['pending', seen, { ami: known(ami({ state: 'pending' })) }, { do: 'wait' }],
  [
    'pending for a day',
    { ...seen, sinceMs: now - 25 * hourMs },
    { ami: known(ami({ state: 'pending' })) },
    { do: 'fail', final: false, discard: 'ami-0b' },
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
    { do: 'fail', final: false },
  ],
  ['available, no key asked for', seen, { ami: known(ami()) }, { do: 'done', amiId: 'ami-0b' }],
  [
    'available under a key: looked at',
    { ...seen, keyArn },
    { ami: known(ami()) },
    { do: 'inspect', amiId: 'ami-0b' },
  ],
  ['the right key', { ...seen, keyArn }, { ami: known(ami()), snapshots: under(keyArn) }, { do: 'done' }],
  [
    'another key',
    { ...seen, keyArn },
    { ami: known(ami()), snapshots: under('arn:other') },
    { do: 'fail', final: true, rejected: true },
  ],
  [
    'in the clear',
    { ...seen, keyArn },
    { ami: known(ami()), snapshots: under() },
    { do: 'fail', final: true, rejected: true },
  ],
  [
    'no snapshot',
    { ...seen, keyArn },
    { ami: known(ami()), snapshots: known([]) },
    { do: 'fail', rejected: true },
  ],
];

test.each(cases)('%s', (_what, copy, facts, step) => {
  expect(nextCopyStep(copy, { bakeId, source, ...facts }, now)).toMatchObject(step);
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
    expect(putOffCopy(sentCopy(due, now), 'full', now)).toMatchObject({
      state: 'due',
      attempts: 0,
      notBeforeMs: now + minuteMs,
    });
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

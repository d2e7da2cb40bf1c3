import * as fc from 'fast-check';
import { writeInventory } from '../../src/lib/announcement/inventory';
import { readEvent } from '../fixtures/events/read-event';
import { nowMs, platform, published } from '../announcement/published';
import { bakerySettings, consumerSettings } from '../settings/settings';

type Reader = (value: Record<string, unknown>) => unknown;

/** Whatever a reader answers or throws, as something that can be compared. */
const outcome = (read: () => unknown): unknown => {
  try {
    return { answer: read() };
  } catch (error) {
    return { thrown: String(error), problems: (error as { problems?: unknown }).problems };
  }
};

/** Everything in the functions that checks something with a schema, loaded anew. */
async function readers(): Promise<Record<string, Reader>> {
  const { readAnnouncement } = await import('../../src/lib/announcement/read-announcement');
  const { readCodeBuildEvent } = await import('../../src/lib/events/codebuild-event');
  const { readCodeCommitEvent } = await import('../../src/lib/events/codecommit-event');
  const { readCommand } = await import('../../src/lib/events/command-event');
  const { readParameterEvent } = await import('../../src/lib/events/parameter-event');
  const { readSnsEvent } = await import('../../src/lib/events/sns-event');
  const { readSqsEvent } = await import('../../src/lib/events/sqs-event');
  const { readTickEvent } = await import('../../src/lib/events/tick-event');
  const { checkSettings } = await import('../../src/lib/settings/read-settings');
  return {
    settings: checkSettings,
    announcement: (value) => readAnnouncement(JSON.stringify(value)),
    build: (event) => readCodeBuildEvent(event, 'bakery-bake'),
    push: (event) => readCodeCommitEvent(event, { name: 'golden-images', branch: 'main' }),
    command: readCommand,
    parameter: (event) => readParameterEvent(event, '/bakery/'),
    sns: readSnsEvent,
    sqs: (event) => readSqsEvent(event),
    wakeUp: (body) =>
      readSqsEvent({ Records: [{ eventSource: 'aws:sqs', messageId: 'm', body: JSON.stringify(body) }] }),
    tick: readTickEvent,
  };
}

let withZod: Record<string, Reader>;
let withLean: Record<string, Reader>;
beforeAll(async () => {
  withZod = await readers();
  const zod = await import('zod/mini');
  jest.resetModules();
  jest.doMock('zod/mini', () => jest.requireActual('../../scripts/lean/zod-mini'));
  withLean = await readers();
  // One of them held against itself would prove nothing.
  expect(await import('zod/mini')).not.toHaveProperty('toJSONSchema');
  expect(zod).toHaveProperty('toJSONSchema');
});

const [inventory] = writeInventory(
  platform,
  [
    {
      image: 'base-al2023/arm64',
      channel: 'stable',
      published: published(),
      revoked: [{ bakeId: 'b-1', why: 'x' }],
    },
  ],
  nowMs,
);
const fields = { ...platform, image: 'base', architecture: 'arm64' };
const wellFormed: [reader: string, value: Record<string, unknown>][] = [
  ['settings', bakerySettings],
  ['settings', consumerSettings],
  [
    'settings',
    {
      ...bakerySettings,
      maxConcurrentBuilds: 3,
      maxWaitHours: 0.5,
      ceilings: { shareWith: { accounts: ['222222222222'] }, regions: ['eu-west-1'] },
      network: { vpcId: 'vpc-0a', associatePublicIp: true, sshInterface: 'public_ip' },
      notify: { targets: { ops: bakerySettings.topicArn } },
      tags: { team: 'platform' },
    },
  ],
  ['announcement', JSON.parse(inventory!.body) as Record<string, unknown>],
  [
    'announcement',
    JSON.parse(
      (readEvent('sns-image-published') as { Records: { Sns: { Message: string } }[] }).Records[0]!.Sns
        .Message,
    ) as Record<string, unknown>,
  ],
  [
    'announcement',
    {
      ...fields,
      schema: 'ami-bakery/image-retired/1',
      reason: 'no longer in use',
      retiredAt: '2026-11-21T02:41:00Z',
    },
  ],
  ['build', readEvent('codebuild-SUCCEEDED')],
  ['push', readEvent('codecommit-referenceUpdated-push')],
  ['command', { command: 'bake', image: 'base-al2023', by: 'alice', why: 'a new kernel', id: 'c-1' }],
  ['parameter', readEvent('parameter-refused')],
  ['sns', readEvent('sns-image-published')],
  ['sqs', readEvent('sqs-batch')],
  ['wakeUp', { kind: 'build', buildId: 'b', status: 'FAILED' }],
  ['tick', readEvent('tick-rule')],
  ['tick', readEvent('tick-schedule')],
];

/** One field somewhere in it replaced, removed or added. */
function spoilt(value: unknown, [path, how]: [path: number[], how: unknown]): unknown {
  if (typeof value !== 'object' || value === null || path.length === 0) return how;
  const copy = structuredClone(value) as Record<string, unknown>;
  const keys = Object.keys(copy);
  const [first = 0, ...rest] = path;
  const key = keys[first % (keys.length + 1)];
  if (key === undefined) {
    if (Array.isArray(copy)) copy.push(how);
    else copy['another'] = how;
  } else if (rest.length === 0 && how === undefined) delete copy[key];
  else copy[key] = spoilt(copy[key], [rest, how]);
  return copy;
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, '', '😀', [], {}, [[]], true, 'stable', 'x'.repeat(501)),
  fc.constantFrom<unknown>(0, -1, 1.5, 101, 2 ** 53, -(2 ** 53), 1e300, { length: 0 }, { length: 1e4 }),
  fc.jsonValue(),
);
const spoiling = fc.tuple(fc.array(fc.nat(40), { maxLength: 6 }), odd);

test.each(wellFormed)('%s: a well formed one reads the same with either (%#)', (name, value) => {
  const answer = outcome(() => withZod[name]!(value));
  expect(answer).toHaveProperty('answer');
  expect(outcome(() => withLean[name]!(value))).toEqual(answer);
});

test.each(wellFormed)('%s: and so does what is wrong with a spoilt one (%#)', (name, value) => {
  let refused = 0;
  fc.assert(
    fc.property(fc.array(spoiling, { minLength: 1, maxLength: 3 }), (spoilings) => {
      const given = spoilings.reduce<unknown>(spoilt, value) as Record<string, unknown>;
      // Settings and commands are objects by the time their fields are looked at.
      fc.pre(typeof given === 'object' && given !== null && !Array.isArray(given));
      const expected = outcome(() => withZod[name]!(given));
      if (/refused|thrown|MALFORMED/.test(JSON.stringify(expected))) refused += 1;
      expect(outcome(() => withLean[name]!(given))).toStrictEqual(expected);
    }),
    { numRuns: 400 },
  );
  expect(refused).toBeGreaterThan(10);
});

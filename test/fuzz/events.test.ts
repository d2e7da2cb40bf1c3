import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { onBuild } from '../../src/handlers/build';
import { onCommand } from '../../src/handlers/command';
import { onParameter } from '../../src/handlers/parameter';
import { onPush } from '../../src/handlers/push';
import type { Handler, RecordingRuntime } from '../../src/handlers/runtime';
import { onTick } from '../../src/handlers/tick';
import { onUpstream } from '../../src/handlers/upstream';
import { readCodeBuildEvent } from '../../src/lib/events/codebuild-event';
import { readCodeCommitEvent } from '../../src/lib/events/codecommit-event';
import { readCommand } from '../../src/lib/events/command-event';
import type { Interest } from '../../src/lib/events/interest';
import { readJanitorEvent } from '../../src/lib/events/janitor-event';
import { readParameterEvent } from '../../src/lib/events/parameter-event';
import { readSnsEvent } from '../../src/lib/events/sns-event';
import { readSqsEvent } from '../../src/lib/events/sqs-event';
import { readTickEvent } from '../../src/lib/events/tick-event';
import { readEvent } from '../fixtures/events/read-event';
import { TestRuntime } from '../handlers/runtime';
import { bakerySettings } from '../settings/settings';
import { hostileValue, mutated, nested } from './hostile';
import { always, within } from './runs';

const names = readdirSync(join(import.meta.dirname, '../fixtures/events')).filter((name) =>
  name.endsWith('.json'),
);
const samples = names.map((name) => readEvent(name.replace('.json', ''))) as [object, ...object[]];
const commands = [
  { command: 'bake', image: 'web', architecture: 'arm64', by: 'ada', why: 'CVE', id: 'c-1' },
  { command: 'pause', by: 'ada', why: 'incident' },
  { command: 'resume', image: 'web/arm64', by: 'ada' },
  {
    command: 'adopt',
    image: 'web',
    channel: 'stable',
    amiId: 'ami-0123456789abcdef0',
    by: 'ada',
    why: 'day one',
  },
  { dryRun: true, most: 50 },
] as const;

const event: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: mutated<object>(...samples) },
  { weight: 3, arbitrary: mutated<object>(...commands) },
  { weight: 1, arbitrary: hostileValue },
);

/** What goes into a log line of every refused event. */
const shortWhy = 500;

const readers: Record<string, (event: unknown) => Interest> = {
  codebuild: (it) => readCodeBuildEvent(it, 'bakery-bake'),
  codecommit: (it) => readCodeCommitEvent(it, { name: 'golden-images', branch: 'main' }),
  parameter: (it) => readParameterEvent(it, '/bakery/'),
  tick: readTickEvent,
};

/** An answer of its type, short; and what it sends to the queue is what `reconcile` reads from there. */
function holds(found: Interest): void {
  if (found.interest !== 'act') {
    expect(['none', 'refused']).toContain(found.interest);
    expect(found.why.length).toBeLessThanOrEqual(shortWhy);
    return;
  }
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
  expect(found.deduplicationId).toMatch(/^[\x21-\x7e]{1,128}$/);
  const body = JSON.stringify(found.wakeUp);
  expect(body.length).toBeLessThanOrEqual(10_000);
  const sqs = { Records: [{ eventSource: 'aws:sqs', messageId: 'm', body }] };
  expect(readSqsEvent(sqs)).toEqual({ messages: [{ messageId: 'm', wakeUp: JSON.parse(body) as unknown }] });
}

it.each(Object.entries(readers))('%s events: of interest or not, never more', (_, read) =>
  always<[unknown]>(400, [event], (it) => holds(read(it))),
);

it('commands: a request or why not', () =>
  always<[unknown]>(400, [event], (it) => {
    const read = readCommand(it);
    if ('refused' in read) expect(read.refused.length).toBeLessThanOrEqual(shortWhy);
    else expect(JSON.stringify(read.request).length).toBeLessThanOrEqual(10_000);
  }));

it('janitor events: a request or why not', () =>
  always<[unknown]>(300, [event], (it) => {
    const read = readJanitorEvent(it);
    if ('refused' in read) expect(read.refused.length).toBeLessThanOrEqual(shortWhy);
    else expect(typeof read.request.dryRun).toBe('boolean');
  }));

it.each([
  ['SNS', readSnsEvent],
  ['SQS', readSqsEvent],
])('%s events: messages or why not', (_, read) =>
  always<[unknown]>(400, [event], (it) => {
    const answer = read(it);
    if ('refused' in answer) expect(answer.refused.length).toBeLessThanOrEqual(shortWhy);
    else for (const message of answer.messages) expect(message.messageId).toEqual(expect.any(String));
  }),
);

it('bodies of queue messages: a wake-up or why not', () =>
  always<[unknown]>(
    300,
    [
      mutated<object>(
        { kind: 'push', branch: 'main', commitId: 'c0ffee' },
        { kind: 'build', buildId: 'p:1', status: 'FAILED', bakeId: 'b-1' },
        { kind: 'parameter', name: '/bakery/a', operation: 'Update', exception: 'no' },
        { kind: 'upstream', topicArn: 'arn', recorded: 1 },
        { kind: 'command', commandId: 'c' },
      ),
    ],
    (content) => {
      const body = JSON.stringify(content);
      const read = readSqsEvent({ Records: [{ eventSource: 'aws:sqs', messageId: 'm', body }] });
      const [message] = 'messages' in read ? read.messages : [];
      expect(message).toBeDefined();
      if ('refused' in message!) expect(message.refused.length).toBeLessThanOrEqual(shortWhy);
    },
  ));

const handlers: Record<string, (runtime: RecordingRuntime) => Handler> = {
  push: onPush,
  build: onBuild,
  parameter: onParameter,
  tick: onTick,
  command: onCommand,
  upstream: onUpstream,
};

const upstreams = [
  {
    bakery: 'platform',
    account: '111111111111',
    topicArn: 'arn:aws:sns:eu-west-1:111111111111:platform-announcements',
  },
];
const newRuntime = () =>
  new TestRuntime(
    { ...bakerySettings, bakery: 'shop', account: '222222222222', upstreams },
    '2026-11-22T02:00:00Z',
  );

it.each(Object.entries(handlers))('the function %s ends well and logs little, whatever it is sent', (_, on) =>
  always<[unknown]>(200, [event], async (it) => {
    const runtime = newRuntime();
    await on(runtime)(it);
    for (const line of runtime.logged) expect(JSON.stringify(line).length).toBeLessThanOrEqual(10_000);
    for (const { body } of runtime.sent) expect(JSON.stringify(body).length).toBeLessThanOrEqual(10_000);
  }),
);

const million = 'x'.repeat(1_000_000);
/** Fields that a reader looks at first; with another value it looks no further. */
const told = ['source', 'detail-type', 'EventSource', 'eventSource', 'kind', 'event'];

const oneOfEach = [
  'codebuild-FAILED',
  'codecommit-referenceUpdated-push',
  'parameter-refused',
  'sns-image-published',
  'sqs-batch',
  'tick-rule',
].map((name) => readEvent(name));

const large: [string, (sample: Record<string, unknown>) => unknown][] = [
  ['a megabyte in every text', (sample) => replaceTexts(sample, () => million)],
  ['a megabyte after every text', (sample) => replaceTexts(sample, (text) => text + million)],
  [
    '100,000 levels in its detail',
    (sample) => ({ ...sample, detail: nested(100_000), Records: nested(100_000) }),
  ],
  [
    '100,000 further fields',
    (sample) => ({
      ...sample,
      ...Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`f${n}`, n])),
    }),
  ],
  [
    '20,000 records',
    () => ({
      Records: Array.from({ length: 20_000 }, () => ({ EventSource: 'aws:sns', eventSource: 'aws:sqs' })),
    }),
  ],
];

function replaceTexts(value: unknown, by: (text: string) => string): unknown {
  if (typeof value === 'string') return by(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => replaceTexts(item, by));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, told.includes(key) ? item : replaceTexts(item, by)]),
  );
}

it.each(large)('every function ends in time and logs little for an event with %s', async (_, make) => {
  for (const sample of oneOfEach) {
    const it = make(sample);
    for (const on of Object.values(handlers)) {
      const runtime = newRuntime();
      await within(5_000, () => on(runtime)(it));
      for (const line of runtime.logged) expect(JSON.stringify(line).length).toBeLessThanOrEqual(10_000);
    }
    for (const read of Object.values(readers)) holds(read(it));
  }
});

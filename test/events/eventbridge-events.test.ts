import * as fc from 'fast-check';
import { readAmiEvent } from '../../src/lib/events/ami-event';
import { readCodeBuildEvent } from '../../src/lib/events/codebuild-event';
import { readCodeCommitEvent } from '../../src/lib/events/codecommit-event';
import type { Interest } from '../../src/lib/events/interest';
import { readParameterEvent } from '../../src/lib/events/parameter-event';
import { readTickEvent } from '../../src/lib/events/tick-event';
import { change, readEvent } from '../fixtures/events/read-event';

const commitId = '4c1f9e0d7b6a58293847566574839201a0b1c2d3';
const readers: Record<string, (event: unknown) => Interest> = {
  push: (event) => readCodeCommitEvent(event, { name: 'golden-images', branch: 'main' }),
  build: (event) => readCodeBuildEvent(event, 'bakery-bake'),
  parameter: (event) => readParameterEvent(event, '/bakery/'),
  tick: readTickEvent,
  ami: (event) => readAmiEvent(event, { region: 'eu-west-1', kmsKeys: ['alias/golden'] }),
};

describe('wakes the bakery', () => {
  const buildId = 'bakery-bake:2f9c7b14-63d8-4e0a-9b75-c81d6a4e0f32';
  const bakeId = 'b-01jd6t3v8kq5r2m9x7c4w1h0ya';
  const name = '/bakery/base-al2023/arm64/stable';
  test.each<[string, string, object]>([
    ['push', 'codecommit-referenceUpdated-push', { kind: 'push', branch: 'main', commitId }],
    ['push', 'codecommit-referenceUpdated-merge', { kind: 'push', branch: 'main', commitId }],
    ['push', 'codecommit-referenceCreated', { kind: 'push', branch: 'main', commitId }],
    ['push', 'codecommit-referenceDeleted', { kind: 'push', branch: 'main' }],
    ['build', 'codebuild-SUCCEEDED', { kind: 'build', buildId, bakeId, status: 'SUCCEEDED' }],
    ['build', 'codebuild-FAILED', { kind: 'build', buildId, bakeId, status: 'FAILED' }],
    ['build', 'codebuild-STOPPED', { kind: 'build', buildId, bakeId, status: 'STOPPED' }],
    ['build', 'codebuild-TIMED_OUT', { kind: 'build', buildId, bakeId, status: 'TIMED_OUT' }],
    ['parameter', 'parameter-Create', { kind: 'parameter', name, operation: 'Create' }],
    ['parameter', 'parameter-Update', { kind: 'parameter', name, operation: 'Update' }],
    ['parameter', 'parameter-Delete', { kind: 'parameter', name, operation: 'Delete' }],
    [
      'parameter',
      'parameter-refused',
      {
        kind: 'parameter',
        name,
        operation: 'Create',
        parameterFailed: name,
        exception: 'Unable to Describe Resource',
      },
    ],
    ...['available', 'failed', 'deregistered'].map((state): [string, string, object] => [
      'ami',
      `ami-${state}`,
      { kind: 'ami', amiId: 'ami-0123456789abcdef0', region: 'eu-west-1', state },
    ]),
    ['tick', 'tick-rule', { kind: 'tick', time: '2026-11-21T02:05:00Z' }],
    ['tick', 'tick-schedule', { kind: 'tick', time: '2026-11-21T02:05:00Z' }],
  ])('%s: %s', (reader, file, wakeUp) => {
    expect(readers[reader]?.(readEvent(file))).toMatchObject({ interest: 'act', wakeUp });
  });

  test('FAULT, which no page of the documentation lists', () => {
    const event = change(readEvent('codebuild-FAILED'), 'detail.build-status', 'FAULT');
    expect(readers['build']?.(event)).toMatchObject({ interest: 'act', wakeUp: { status: 'FAULT' } });
  });

  test('two deliveries of one event are one message, two events are two', () => {
    const event = readEvent('codecommit-referenceUpdated-push');
    const id = (it: unknown) => (readers['push']!(it) as { deduplicationId: string }).deduplicationId;
    expect(id(event)).toBe(id(structuredClone(event)));
    expect(id(change(event, 'id', 'another'))).not.toBe(id(event));
  });
});

describe('is none of its business', () => {
  test.each<[string, string, [string, unknown] | undefined, RegExp]>([
    ['push', 'codecommit-referenceCreated-tag', undefined, /tag/],
    ['push', 'codecommit-unreferencedMergeCommitCreated', undefined, /moves no branch/],
    ['push', 'codecommit-referenceUpdated-push', ['detail.referenceName', 'topic'], /topic is not in force/],
    ['push', 'codecommit-referenceUpdated-push', ['detail.repositoryName', 'other'], /not the image repo/],
    ['build', 'codebuild-IN_PROGRESS', undefined, /still running/],
    ['build', 'codebuild-SUCCEEDED', ['detail.project-name', 'other'], /not the bakery's/],
    ['parameter', 'parameter-Update', ['detail.name', '/other/x'], /not under/],
    ['parameter', 'parameter-Update', ['detail.name', 'bakery'], /not under/],
    ['ami', 'ami-available', ['detail.State', 'pending'], /is pending/],
  ])('%s: %s %j', (reader, file, changed, why) => {
    const event = readEvent(file);
    const read = readers[reader]?.(changed === undefined ? event : change(event, ...changed));
    expect(read).toEqual({ interest: 'none', why: expect.stringMatching(why) as string });
  });
});

describe('is refused with the path of what is wrong', () => {
  const broken: [string, string, string, unknown][] = [
    ...(
      [
        ['push', 'codecommit-referenceUpdated-push', ['detail.event', 'detail.repositoryName']],
        ['build', 'codebuild-SUCCEEDED', ['detail.build-status', 'detail.project-name', 'detail.build-id']],
        ['parameter', 'parameter-Update', ['detail.name', 'detail.operation']],
        ['tick', 'tick-rule', ['time']],
        ['ami', 'ami-available', ['detail.ImageId', 'detail.State', 'region']],
      ] as const
    ).flatMap(([reader, file, paths]) =>
      [...paths, 'id', 'source', 'detail-type', 'detail'].flatMap(
        (path): [string, string, string, unknown][] => [
          [reader, file, path, undefined],
          [reader, file, path, 7],
        ],
      ),
    ),
    ['build', 'codebuild-SUCCEEDED', 'detail.build-id', 'bakery-bake:2f9c7b14'],
    ['push', 'codecommit-referenceUpdated-push', 'id', 'two words'],
    ['push', 'codecommit-referenceUpdated-push', 'source', 'aws.codebuild'],
    ['parameter', 'parameter-Update', 'detail-type', 'Parameter Store Policy Action'],
  ];
  test.each(broken)('%s: %s with %s = %p', (reader, file, path, value) => {
    const read = readers[reader]?.(change(readEvent(file), path, value));
    expect(read).toEqual({ interest: 'refused', why: expect.stringContaining(path) as string });
  });
});

test('in its own region a bakery without keys waits for no AMI; elsewhere it does', () => {
  const read = (event: unknown) => readAmiEvent(event, { region: 'eu-west-1', kmsKeys: [] }).interest;
  expect(read(readEvent('ami-available'))).toBe('none');
  expect(read(change(readEvent('ami-available'), 'region', 'us-east-1'))).toBe('act');
});

test('whatever comes in, every reader has an answer', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (event) => {
      for (const read of Object.values(readers)) expect(read(event).interest).toBe('refused');
    }),
  );
});

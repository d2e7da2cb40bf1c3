import { onBuild } from '../../src/handlers/build';
import { onParameter } from '../../src/handlers/parameter';
import { onPush } from '../../src/handlers/push';
import type { Handler, TriggerRuntime } from '../../src/handlers/runtime';
import { onTick } from '../../src/handlers/tick';
import { change, readEvent } from '../fixtures/events/read-event';
import { bakerySettings, consumerSettings } from '../settings/settings';
import { TestRuntime } from './runtime';

const bakery = () => new TestRuntime(bakerySettings, '2026-11-21T02:41:00Z');

describe.each<[string, (runtime: TriggerRuntime) => Handler, string, object]>([
  ['push', onPush, 'codecommit-referenceUpdated-push', { kind: 'push', branch: 'main' }],
  ['tick', onTick, 'tick-rule', { kind: 'tick' }],
  ['build', onBuild, 'codebuild-SUCCEEDED', { kind: 'build', status: 'SUCCEEDED' }],
  ['parameter', onParameter, 'parameter-Update', { kind: 'parameter', operation: 'Update' }],
])('%s', (trigger, on, file, wakeUp) => {
  test('wakes the bakery, once for each event', async () => {
    const runtime = bakery();
    await on(runtime)(readEvent(file), { awsRequestId: 'r-1' });
    expect(runtime.sent).toEqual([
      {
        body: expect.objectContaining(wakeUp) as object,
        deduplicationId: expect.stringMatching(`^${trigger}:`) as string,
      },
    ]);
    expect(runtime.logged).toContainEqual(
      expect.objectContaining({ message: 'sent to the queue', trigger, requestId: 'r-1' }),
    );
  });

  test('refuses what it does not understand: counted, and not thrown, since no retry helps', async () => {
    for (const broken of [undefined, {}, change(readEvent(file), 'id', undefined)]) {
      const runtime = bakery();
      await expect(on(runtime)(broken)).resolves.toBeUndefined();
      expect(runtime.sent).toEqual([]);
      expect(runtime.counted).toEqual(['MALFORMED']);
    }
  });

  test('throws when the queue cannot be reached, so that Lambda tries again', async () => {
    const runtime = bakery();
    runtime.failing = { queue: new Error('no queue') };
    await expect(on(runtime)(readEvent(file))).rejects.toThrow('no queue');
  });
});

describe('an event of no interest is a logged no-op', () => {
  test.each<[(runtime: TriggerRuntime) => Handler, string]>([
    [onPush, 'codecommit-referenceCreated-tag'],
    [onBuild, 'codebuild-IN_PROGRESS'],
  ])('%p', async (on, file) => {
    const runtime = bakery();
    await on(runtime)(readEvent(file));
    expect(runtime.sent).toEqual([]);
    expect(runtime.counted).toEqual([]);
    expect(runtime.messages).toEqual(['event of no interest']);
  });

  test.each<[(runtime: TriggerRuntime) => Handler, string]>([
    [onPush, 'codecommit-referenceUpdated-push'],
    [onBuild, 'codebuild-SUCCEEDED'],
  ])('in a consumer, which has neither repo nor builds', async (on, file) => {
    const runtime = new TestRuntime(consumerSettings, '2026-11-21T02:41:00Z');
    await on(runtime)(readEvent(file));
    expect(runtime.messages).toEqual(['event of no interest']);
  });
});

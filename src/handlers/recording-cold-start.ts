import { ulid } from 'ulid';
import { dynamoRecorder } from '../lib/aws/dynamodb-put';
import { triggerRuntime } from './cold-start';
import type { FunctionEnvironment } from './cold-start';
import type { RecordingRuntime } from './runtime';

/**
 * Apart from `triggerRuntime`, so that functions that record nothing do not load DynamoDB's client.
 * @throws SettingsError
 */
export function recordingRuntime(env: FunctionEnvironment): RecordingRuntime {
  const runtime = triggerRuntime(env);
  return {
    ...runtime,
    table: dynamoRecorder(runtime.clients, runtime.settings.table),
    nowMs: () => Date.now(),
    newId: () => ulid().toLowerCase(),
  };
}

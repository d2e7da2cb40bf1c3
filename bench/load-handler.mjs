/**
 * A cold start, in a process of its own: `node load-handler.mjs FILE [RUN]` loads a bundle the way Lambda does and,
 * given a run (`{ event, answers }`, as JSON), calls its `handler` once. Writes `{ loadMs, idleMs?, error? }` to file
 * descriptor 3: logs go to stdout.
 */
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { startReplayedAws } from './replayed-aws.mjs';

const [, , file, given] = process.argv;
const run = given === undefined ? undefined : JSON.parse(given);
const url = await startReplayedAws(run?.answers ?? {});
process.env.AWS_ENDPOINT_URL = url;
// A queue's URL is the endpoint its messages are sent to.
process.env.BAKERY_SETTINGS = process.env.BAKERY_SETTINGS?.replaceAll('http://replayed', url);

const beforeLoad = performance.now();
const bundle = file.endsWith('.cjs')
  ? createRequire(import.meta.url)(file)
  : await import(pathToFileURL(file).href);
const result = { loadMs: performance.now() - beforeLoad };

if (run !== undefined) {
  // Of Lambda's context, what handlers use.
  const context = {
    awsRequestId: '00000000-0000-4000-8000-000000000000',
    functionName: 'bench',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111111111111:function:bench:leads',
    getRemainingTimeInMillis: () => 60_000,
  };
  const beforeRun = performance.now();
  try {
    await bundle.handler(run.event, context);
  } catch (error) {
    result.error = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  result.idleMs = performance.now() - beforeRun;
}
writeSync(3, JSON.stringify(result));
process.exit(0);

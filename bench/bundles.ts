import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bundle } from '../scripts/bundle';
import { bundleHandler, handlerEntries } from '../scripts/bundle';
import type { ColdStart, Run } from './cold-start';
import { coldStart } from './cold-start';
import { idleEvents, recordedAnswers, sendingEvents, settings } from './first-events';
import { recordIdleReconcile } from './idle-reconcile';
import { median, tenths } from './median';

const root = join(import.meta.dirname, '..');

/** Nobody waits for the first run of what starts once an hour. */
const unhurried = ['janitor', 'retire'];

/** Times in ms, medians of processes that were started for nothing else. */
export interface HandlerBundle {
  kB: number;
  /** Of it, what every cold start reads. */
  loadedKB: number;
  loadMs: number;
  /** First run, with an event that leads to nothing; of `reconcile`: a tick in a world in which nothing is to be done. */
  firstIdleMs: number;
  /** First run, with an event that is passed on: the first call of the SDK included. Absent for `reconcile`. */
  firstSendMs?: number;
  /** A handler that does nothing, with the SDK clients and commands that this one loads: its lower bound. */
  emptyWithClientMs: number;
  defaultKB: number;
  defaultLoadMs: number;
  defaultFirstIdleMs: number;
  defaultFirstSendMs?: number;
}

export interface BundleFigures {
  /** A function that does nothing, bundled and loaded the same way. */
  emptyLoadMs: number;
  handlers: Record<string, HandlerBundle>;
}

/** One thing that is started again and again. */
interface Variant {
  file: string;
  run?: Run;
  starts: ColdStart[];
}

/**
 * @param rounds starts of every variant; the variants take turns, so that a busy minute of the machine hits all
 * @param only names of functions; default: all
 */
export async function benchBundles({
  rounds,
  only,
}: {
  rounds: number;
  only?: string[];
}): Promise<BundleFigures> {
  const work = await mkdtemp(join(tmpdir(), 'bakery-bench-'));
  try {
    const empty = await emptyHandler(work, 'empty', '');
    const entries = (await handlerEntries(root)).filter(
      ({ name }) => !unhurried.includes(name) && (only?.includes(name) ?? true),
    );
    const handlers = await Promise.all(entries.map(({ name, entry }) => handlerVariants(work, name, entry)));
    const variants = [
      empty,
      ...handlers.flatMap(({ tuned, plain, clients, sending }) => [tuned, plain, clients, ...sending]),
    ];
    for (let round = 0; round < rounds; round += 1) {
      for (const variant of variants) variant.starts.push(await coldStart(variant.file, variant.run));
    }
    const figures = handlers.map((handler) => [handler.name, figuresOf(handler)] as const);
    return { emptyLoadMs: loadMs(empty), handlers: Object.fromEntries(figures) };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function firstRuns(home: string, name: string): Promise<{ idle: Run; send?: Run }> {
  if (name === 'reconcile') {
    const { event, answers, settings: deployed } = await recordIdleReconcile();
    return { idle: { event, answers, environment: lambdaEnvironment(home, deployed) } };
  }
  const run = (event: unknown): Run => {
    if (event === undefined) throw new Error(`bench/first-events.ts has no event for the function ${name}`);
    return { event, answers: recordedAnswers, environment: lambdaEnvironment(home, settings) };
  };
  return { idle: run(idleEvents[name]), send: run(sendingEvents[name]) };
}

type HandlerVariants = Awaited<ReturnType<typeof handlerVariants>>;

async function handlerVariants(work: string, name: string, entry: string) {
  const { idle, send } = await firstRuns(work, name);
  const tunedBundle = await bundleHandler(entry, join(work, `${name}-tuned`), { mode: 'tuned' });
  const plainBundle = await bundleHandler(entry, join(work, `${name}-default`), { mode: 'default' });
  return {
    name,
    tunedBundle,
    plainBundle,
    tuned: { file: tunedBundle.file, run: idle, starts: [] } as Variant,
    plain: { file: plainBundle.file, run: idle, starts: [] } as Variant,
    sending: [tunedBundle, plainBundle].flatMap(({ file }): Variant[] =>
      send === undefined ? [] : [{ file, run: send, starts: [] }],
    ),
    clients: await emptyHandler(work, `${name}-clients`, importsOf(tunedBundle)),
  };
}

const loadMs = ({ starts }: Variant): number => tenths(median(starts.map((start) => start.loadMs)));
const idleMs = ({ starts }: Variant): number => tenths(median(starts.map((start) => start.idleMs ?? NaN)));
const kB = (bytes: number): number => Math.round(bytes / 1_000);

const figuresOf = ({
  tunedBundle,
  plainBundle,
  tuned,
  plain,
  clients,
  sending: [tunedSend, plainSend],
}: HandlerVariants): HandlerBundle => ({
  kB: kB(tunedBundle.bytes),
  loadedKB: kB(tunedBundle.bytesAtLoad),
  loadMs: loadMs(tuned),
  firstIdleMs: idleMs(tuned),
  emptyWithClientMs: loadMs(clients),
  defaultKB: kB(plainBundle.bytes),
  defaultLoadMs: loadMs(plain),
  defaultFirstIdleMs: idleMs(plain),
  ...(tunedSend === undefined || plainSend === undefined
    ? {}
    : { firstSendMs: idleMs(tunedSend), defaultFirstSendMs: idleMs(plainSend) }),
});

async function emptyHandler(work: string, name: string, imports: string): Promise<Variant> {
  const entry = join(work, `${name}.ts`);
  await writeFile(entry, `${imports}export const handler = () => Promise.resolve();\n`);
  const { file } = await bundleHandler(entry, join(work, name), { mode: 'tuned' });
  return { file, starts: [] };
}

/** Code that imports the same clients and commands from the SDK and keeps them. */
function importsOf({ sdkAtLoad }: Bundle): string {
  const named = sdkAtLoad.flatMap((path) => {
    const [, folder, name] =
      /^(.*[\\/]client-[\w-]+)[\\/]dist-es[\\/](?:commands[\\/])?(\w+(?:Client|Command))\.js$/.exec(path) ??
      [];
    return folder === undefined || name === undefined ? [] : [{ from: folder, name }];
  });
  const kept = named.map(({ name }) => name).join(', ');
  return `${named.map(({ from, name }) => `import { ${name} } from '${from}';\n`).join('')}export const kept = [${kept}];\n`;
}

/** What Lambda sets; the endpoint is added by the process that is measured. */
const lambdaEnvironment = (home: string, deployed: object): Record<string, string> => ({
  AWS_LAMBDA_FUNCTION_NAME: 'bench',
  AWS_REGION: settings.region,
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  AWS_SESSION_TOKEN: 'session',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  BAKERY_SETTINGS: JSON.stringify(deployed),
  HOME: home,
});

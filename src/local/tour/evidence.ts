import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { statePk } from '../../lib/ledger/keys';
import { history } from '../../lib/ledger/history';
import type { LocalBakery } from '../bakery/local-bakery';
import { createObserver } from '../bakery/observer';
import type { StepOutcome } from './tour';

const recorded = ['calls.jsonl', 'events.jsonl', 'functions.jsonl'];
const written = ['steps.json', 'state.json'];

/** Makes the folder and takes away what an earlier tour left there, and nothing else. */
export function prepareEvidence(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of [...recorded, ...written]) rmSync(join(folder, name), { force: true });
}

/** What the steps were judged to be, and what is there at the end, next to the records of what happened. */
export async function writeEvidence(
  folder: string,
  bakery: LocalBakery,
  steps: readonly StepOutcome[],
): Promise<void> {
  const write = (name: string, content: unknown) =>
    writeFileSync(join(folder, name), `${JSON.stringify(content, bytesAsBase64, 2)}\n`);
  write('steps.json', steps);
  write('state.json', await stateOf(bakery));
}

/** By account and region: AMIs, parameters, builds, messages and ledger. */
async function stateOf(bakery: LocalBakery) {
  const look = createObserver(bakery);
  const { aws } = bakery;
  const accounts = await Promise.all(
    bakery.deployments.map(async ({ title, settings }) => {
      const { account, region } = settings;
      const at = { account, region, caller: 'observer' };
      const ledger = await look.ledger(account);
      const histories = await Promise.all(
        [...ledger.records.keys()].map(async (image) => [
          image,
          await history(look.table(account), image, 100),
        ]),
      );
      const messages = aws.sns.notices.filter(({ topicArn }) => topicArn.split(':')[4] === account);
      const state = {
        title,
        images: look.images(account).map((image) => ({
          ...image,
          sharedWith: look.sharedWith(account, image.ImageId!),
        })),
        instances: look.instances(account),
        parameters: Object.fromEntries(look.parameters(account)),
        builds: look.builds(account),
        messages,
        queue: aws.sqs.queue(at, 'bakery.fifo').messages,
        ledger: {
          state: await look.table(account).query(statePk),
          catalog: ledger.catalog,
          history: Object.fromEntries(histories) as object,
        },
      };
      return [account, { [region]: state }] as const;
    }),
  );
  return { at: new Date(bakery.clock.now()).toISOString(), accounts: Object.fromEntries(accounts) };
}

function bytesAsBase64(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}

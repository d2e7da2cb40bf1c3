import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { nearMiss } from '../../lib/definitions/near-miss';
import type { InvokeAnswer, InvokeRequest, LocalState } from '../../local/control-protocol';
import { stateFile } from '../../local/control-protocol';
import { CliError } from '../cli-error';
import type { Surroundings } from '../surroundings';
import type { Target } from './target';
import type { TargetOptions } from './target-options';

const startIt = 'Start one with `bakery up`, or name a deployed one: --stage NAME.';
/** Longer than any reconcile of a local bakery. */
const timeoutMs = 120_000;

/** The local bakery whose state file is in this folder or above it. @throws CliError */
export async function localTarget({ account }: TargetOptions, { cwd }: Surroundings): Promise<Target> {
  const state = await findState(cwd);
  const wanted = state.accounts.filter(
    ({ id, title }) => account === undefined || id === account || title === account,
  );
  if (wanted.length === 0) throw noSuchAccount(account ?? '', state);
  return {
    kind: 'local',
    name: `the local bakery at ${state.url}`,
    bakeries: wanted.map(({ id, title }) => ({
      title: `${title} (${id})`,
      account: id,
      invoke: (name, event) => invoke(state, { account: id, function: name, event }),
    })),
  };
}

async function findState(cwd: string): Promise<LocalState> {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const path = join(folder, stateFile);
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text !== undefined) return readState(text, path);
    if (folder === dirname(folder)) break;
  }
  throw new CliError('NOTHING_RUNNING', `No local bakery runs in ${cwd} or above it.`, startIt);
}

function readState(text: string, path: string): LocalState {
  try {
    const state = JSON.parse(text) as LocalState;
    const { protocol, hostname } = new URL(state.url);
    const loopback = protocol === 'http:' && (hostname === '127.0.0.1' || hostname === 'localhost');
    if (state.format === 'ami-bakery/local/1' && loopback && Array.isArray(state.accounts)) return state;
  } catch {
    // Told below: it is not what this version writes.
  }
  throw new CliError(
    'BAD_STATE_FILE',
    `${path} is not the state of a local bakery.`,
    `Remove it. ${startIt}`,
  );
}

async function invoke(state: LocalState, request: InvokeRequest): Promise<InvokeAnswer> {
  let response: Response;
  try {
    response = await fetch(`${state.url}/invoke`, {
      method: 'POST',
      headers: { authorization: `Bearer ${state.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(request),
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError';
    throw new CliError(
      late ? 'UNREACHABLE' : 'NOTHING_RUNNING',
      late
        ? `The local bakery at ${state.url} did not answer within ${timeoutMs / 1000} s.`
        : `The local bakery at ${state.url} (process ${state.pid}) does not answer; it has probably ended.`,
      startIt,
      { cause: error },
    );
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok) return body as InvokeAnswer;
  const message = (body as { message?: string } | undefined)?.message ?? response.statusText;
  throw new CliError(
    'REFUSED',
    `The local bakery at ${state.url} refused: ${response.status} ${message}`,
    'Its state file may be of an earlier run: start it again.',
  );
}

function noSuchAccount(account: string, { accounts }: LocalState): CliError {
  const near = nearMiss(
    account,
    accounts.map(({ title }) => title),
  );
  return new CliError(
    'NO_SUCH_ACCOUNT',
    `The local bakery has no account "${account}".`,
    `It has ${accounts.map(({ id, title }) => `${title} (${id})`).join(', ')}.${near === undefined ? '' : ` Did you mean "${near}"?`}`,
  );
}

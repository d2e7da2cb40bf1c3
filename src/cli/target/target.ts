import type { Report } from '../../lib/reconcile/report';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';

/** A bakery that can be asked: a local one, or one that is deployed. */
export interface Target {
  kind: 'local' | 'deployed';
  /** For messages: where it is. */
  name: string;
  /** Bakeries in it; a deployed one is one. */
  bakeries: TargetBakery[];
}

export interface TargetBakery {
  /** Account and title, where known before it is asked. */
  title: string;
  account?: string;
  /** `doctor` is there in a local bakery only; of a deployed one the command line itself is the doctor. */
  invoke(
    name: 'reconcile' | 'command' | `approve:${string}` | 'janitor' | 'retire' | 'doctor',
    event: unknown,
  ): Promise<Invoked>;
}

export type Invoked =
  | { ok: true; answer: unknown }
  /** The function ran and threw. */
  | { ok: false; errorType: string; errorMessage: string };

/** What the bakery finds and decides now; nothing is changed by asking. @throws CliError */
export async function observe(bakery: TargetBakery): Promise<Report> {
  const answer = answered(bakery, 'reconcile', await bakery.invoke('reconcile', { observe: true }));
  if (!isReport(answer))
    throw new CliError(
      'UNEXPECTED_ANSWER',
      `The reconcile function of ${bakery.title} did not answer with a report.`,
      'Deployment and command line may be of different versions: use the same commit for both.',
      { cause: answer },
    );
  return answer;
}

/** @throws CliError where the function failed */
export function answered(bakery: TargetBakery, name: string, invoked: Invoked): unknown {
  if (invoked.ok) return invoked.answer;
  throw new CliError(
    'FUNCTION_FAILED',
    `The ${name} function of ${bakery.title} failed: ${invoked.errorType}: ${invoked.errorMessage}`,
    'Its log says more.',
    { exitCode: exitCodes.usage },
  );
}

const isReport = (answer: unknown): answer is Report =>
  typeof answer === 'object' && answer !== null && 'images' in answer && 'troubles' in answer;

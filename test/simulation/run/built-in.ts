import type { Rest, SimEvent } from '../contract';
import type { RecordedCall } from '../world/call';
import type { SimUniverse, Watcher } from '../world/sim-universe';

/** What holds of any program: functions fail only where AWS or newer code makes them, and the world itself goes on. */
export class BuiltIn implements Watcher {
  constructor(private readonly universe: SimUniverse) {}

  call({ service, operation, outcome, record }: RecordedCall): void {
    if (outcome !== 'NotInLocalAws') return;
    this.#violated('world-complete', `${service}.${operation} is not in the local AWS`, {
      input: record.input,
    });
  }

  event({ outcome, error, index, function: name, account }: SimEvent): void {
    if (outcome === 'ok' || outcome === 'killed' || outcome === 'AwsError') return;
    if (isTooNew(error) && this.universe.people.deployments.some(({ what }) => /schema/.test(what))) return;
    this.#violated('no-unexpected-error', `${name} of ${account} threw ${outcome}: ${messageOf(error)}`, {
      event: index,
      stack: error instanceof Error ? (error.stack ?? '') : '',
    });
  }

  log({ account, function: name, text }: { account: string; function: string; text: string }): void {
    if (!text.includes('"UNEXPECTED"') || text.includes('"_aws"')) return;
    const { what, image, reason, error } = JSON.parse(text) as Record<string, unknown>;
    if (text.includes('ITEM_TOO_NEW')) return;
    this.#violated('no-unexpected-error', `${name} of ${account}: ${String(what)}: ${String(reason)}`, {
      image,
      error,
    });
  }

  /** Errors of the world's own tasks. */
  world(): void {
    for (const { label, error } of this.universe.aws.scheduler.errors.splice(0)) {
      this.#violated('world-complete', `the world broke in ${label}: ${messageOf(error)}`, {
        stack: error instanceof Error ? (error.stack ?? '') : '',
      });
    }
  }

  /** Every image is current, or blocked, paused or without a commit; and nothing is left to do. */
  atRest(rest: Rest): void {
    if (!rest.overdue) return;
    for (const [account, report] of rest.reports) {
      for (const { image, decision, reason, reasonCode } of report.images) {
        if (isAtRest(decision, reasonCode)) continue;
        this.#violated('liveness', `${account} ${image} still ${decision}: ${reason}`, {});
      }
      for (const { name, status, reason } of report.mirrors) {
        if (mirrorAtRest(status)) continue;
        this.#violated('liveness', `${account} mirror ${name} still ${status}: ${reason}`, {});
      }
      if (
        report.unknown !== undefined &&
        this.universe.people.pushes.some((push) => push.account === account && push.valid)
      )
        this.#violated('liveness', `${account} has no catalog: ${report.unknown}`, {});
    }
  }

  #violated(invariant: string, message: string, facts: Record<string, unknown>): void {
    this.universe.violations.push({ invariant, message, facts });
  }
}

export const isAtRest = (decision: string, reasonCode: string): boolean =>
  decision === 'current' || decision === 'blocked' || (decision === 'wait' && reasonCode === 'paused');

export const mirrorAtRest = (status: string): boolean =>
  ['current', 'blocked', 'silent', 'not-visible'].includes(status);

const isTooNew = (error: unknown): boolean =>
  (error as { code?: string } | undefined)?.code === 'ITEM_TOO_NEW';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

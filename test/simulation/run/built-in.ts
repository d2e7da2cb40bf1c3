import type { ImageReport } from '../../../src/lib/reconcile/report';
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
      for (const of of report.images) {
        if (isAtRest(of, report.images)) continue;
        const { channel, decision, reason } = of.further?.find((one) => !furtherAtRest(one)) ?? of;
        this.#violated('liveness', `${account} ${of.image}@${channel} still ${decision}: ${reason}`, {});
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

/** Waits that end by a person's word or at a time that is known; whether they are true is for `truth-at-rest` to say. */
const restful = ['paused', 'approval', 'window', 'promotion'];

/** By its report among those of its bakery: what was never published is waited for by what is built on it. */
export function isAtRest(report: ImageReport, all: readonly ImageReport[]): boolean {
  const { decision, reasonCode, waitsFor, further = [] } = report;
  if (!further.every(furtherAtRest)) return false;
  if (decision === 'current' || decision === 'blocked') return true;
  const above = reasonCode === 'ancestor' ? all.find(({ image }) => image === waitsFor) : report;
  return decision === 'wait' && above?.decision === 'wait' && restful.includes(above.reasonCode);
}

/** On its way, or about to be. */
const busy = ['channel-moving', 'channel-turn', 'channel-due', 'channel-policy', 'channel-leaving'];

const furtherAtRest = ({ reasonCode }: { reasonCode: string }): boolean => !busy.includes(reasonCode);

export const mirrorAtRest = (status: string): boolean =>
  ['current', 'blocked', 'silent', 'not-visible'].includes(status);

const isTooNew = (error: unknown): boolean =>
  (error as { code?: string } | undefined)?.code === 'ITEM_TOO_NEW';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

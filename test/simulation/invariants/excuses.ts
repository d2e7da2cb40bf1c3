import type { FaultKind, Universe } from '../contract';

/** Faults that one account suffered. Only asked where something looks wrong, so that plain searching is quick enough. */
export class Excuses {
  constructor(private readonly universe: Universe) {}

  /** Whether a fault of these kinds struck the account, or nobody in particular, so that it may show since `sinceMs`. */
  struck(account: string, kinds: readonly FaultKind[], sinceMs: number, about?: string): boolean {
    const { faults } = this.universe;
    for (let at = faults.length - 1; at >= 0; at -= 1) {
      const fault = faults[at]!;
      if (!kinds.includes(fault.kind)) continue;
      if (fault.account !== undefined && fault.account !== account) continue;
      if (Math.max(fault.atMs, fault.untilMs) < sinceMs) continue;
      if (about === undefined || fault.target.includes(about)) return true;
    }
    return false;
  }

  /** Whether somebody changed it behind the bakery's back. */
  tampered(account: string | undefined, target: string, sinceMs = 0): boolean {
    return this.universe.people.tampering.some(
      (it) => it.target === target && it.atMs >= sinceMs && (account === undefined || it.account === account),
    );
  }

  /** The ledger forgot what happened before, which nothing in it can know. */
  restored(account: string, sinceMs: number): boolean {
    return this.struck(account, ['table-restored'], sinceMs);
  }
}

import type { InstantMs } from '../definitions/instant';

/** Who agreed that a bake is published, and why. */
export interface Approved {
  by: string;
  why: string;
  atMs: InstantMs;
}

/** What a bake waits for, once it was built and tested. */
export interface Approval {
  /** The group that may decide. */
  group: string;
  askedAtMs: InstantMs;
  expiresAtMs: InstantMs;
  /** They were reminded, once. */
  remindedAtMs?: InstantMs;
  /** Decided; the bake moves on as soon as nothing else stands in its way. */
  approved?: Approved;
}

export type ApprovalStep = { do: 'wait' } | { do: 'remind' } | { do: 'expire' } | { do: 'go-on' };

export const askApproval = (
  { by: group, expiresMs }: { by: string; expiresMs: number },
  nowMs: InstantMs,
): Approval => ({ group, askedAtMs: nowMs, expiresAtMs: nowMs + expiresMs });

/** One reminder, at half time. Whoever has agreed is not overtaken by the clock. */
export function nextApprovalStep(approval: Approval, nowMs: InstantMs): ApprovalStep {
  const { askedAtMs, expiresAtMs, remindedAtMs, approved } = approval;
  if (approved !== undefined) return { do: 'go-on' };
  if (nowMs >= expiresAtMs) return { do: 'expire' };
  if (remindedAtMs === undefined && nowMs - askedAtMs >= (expiresAtMs - askedAtMs) / 2)
    return { do: 'remind' };
  return { do: 'wait' };
}

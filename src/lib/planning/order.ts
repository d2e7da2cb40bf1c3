import type { Decision, WaitReason } from './decision';
import type { ImageNode, Verdict } from './forest';

/**
 * Whom the descendants of an image wait for, so that a push that touches base and app bakes app once: the image itself
 * while it is due, baked or published; else whoever holds the image itself (`inherited`), so that grandchildren wait too.
 * What is blocked or failed before holds nobody back: its children go on with what the channel has.
 */
export function holderOf(
  node: ImageNode,
  verdict: Verdict,
  inherited: ImageNode | undefined,
): ImageNode | undefined {
  if (verdict.kind === 'held') return verdict.by;
  if (node.retrying) return inherited;
  switch (verdict.kind) {
    case 'bake':
    case 'reuse':
      return node;
    case 'wait':
      return forDays.has(verdict.reason.code) ? inherited : node;
    case 'current':
    case 'amend':
    case 'blocked':
      return inherited;
  }
}

/** What may last for days: what is built on the image goes on with what the channel has. */
const forDays: ReadonlySet<string> = new Set<WaitReason['code']>(['window', 'promotion']);

/**
 * Whom an image waits for through the one it is built on. Who follows a further channel does not wait for a bake that soaks
 * first, or that a person has to promote; only for what comes to that channel at once, or is on its way to it.
 */
export function holderAbove({ outline, parent }: ImageNode): ImageNode | undefined {
  const { base } = outline.definition;
  if (parent === undefined || base.kind !== 'image' || base.channel === parent.outline.channel) {
    return parent?.holder;
  }
  if (parent.record?.channels[base.channel]?.moving !== undefined) return parent;
  return parent.outline.definition.promote?.soakMs === 0 ? parent.holder : undefined;
}

/** What an ancestor is doing, to be read after `base-al2023/arm64 is`. */
export function doing(decision: Decision): string {
  switch (decision.kind) {
    case 'bake':
      return 'about to be baked';
    case 'reuse':
      return 'about to be published again';
    case 'wait':
      return doingWhileWaiting(decision.reason);
    case 'current':
    case 'amend':
      return 'up to date';
    case 'blocked':
      return 'blocked';
  }
}

function doingWhileWaiting(reason: Extract<Decision, { kind: 'wait' }>['reason']): string {
  switch (reason.code) {
    case 'baking':
      return reason.status;
    case 'publishing':
      return 'being published';
    case 'slots':
      return 'waiting for a build slot';
    case 'service-limit':
      return 'waiting until CodeBuild starts builds again';
    case 'backoff':
      return 'waiting to be tried again';
    case 'unknown':
      return `waiting for what could not be read (${reason.what})`;
    case 'reuse-lookup':
      return 'due, and an earlier bake of it is being looked for';
    case 'approval':
      return 'waiting for approval';
    case 'observe':
      return 'due, and nothing is baked in observe mode';
    case 'paused':
      return 'paused';
    case 'window':
      return 'ready, and waits for its window';
    case 'leaving':
      return 'leaving a bake that was revoked';
    case 'promotion':
    case 'ancestor':
      return `waiting for ${reason.image}`;
  }
}

import type { ImageRecord } from '../lifecycle/image-record';
import type { Decision, WaitReason } from './decision';
import { satisfies } from './desired';
import type { ImageNode } from './forest';
import { isDenied } from './revoked';
import type { Run } from './run';
import { wait } from './verdict';
import { windowWait } from './window-wait';

/** The bake that waits for a person, if it is what is desired: anything newer takes its place. One that runs was left alone before. */
export function waitingForApproval(
  record: ImageRecord | undefined,
  contentDigest: string,
  baseAmiId: string | undefined,
  notBefore: number,
): WaitReason | undefined {
  const { live, asked } = record ?? {};
  if (live?.approval === undefined || asked !== undefined) return undefined;
  if (!satisfies(live, contentDigest, baseAmiId, notBefore)) return undefined;
  const { group, expiresAtMs: untilMs } = live.approval;
  return { code: 'approval', bakeId: live.id, group, untilMs };
}

/** A bake that was finished while the window was closed, and is still what is desired. */
export function readyBefore(
  { record, outline, due }: ImageNode,
  contentDigest: string,
  baseAmiId: string | undefined,
  { snapshot, inForce }: Run,
): Decision | undefined {
  const ready = record?.ready;
  if (record?.asked !== undefined || !satisfies(ready, contentDigest, baseAmiId, due.notBefore)) {
    return undefined;
  }
  if (isDenied(snapshot, record, outline.key, ready)) return undefined;
  const tests = inForce.tests?.[outline.key];
  if (tests !== undefined && ready.tests?.objectId !== tests) return undefined;
  if (outline.definition.approval !== undefined && ready.approved === undefined) return undefined;
  const { bakeId, bakedAtMs, ancestry, inputHash, notBefore } = ready;
  const closed = windowWait(outline.definition, bakeId, snapshot.nowMs);
  if (closed !== undefined) return wait(closed);
  const amiId = ready.amis[snapshot.policy.region] ?? 'unknown';
  return {
    kind: 'reuse',
    reason: { code: 'ready-before', bakeId, amiId, bakedAtMs },
    desired: {
      inputHash,
      contentDigest,
      notBefore,
      ancestry,
      ...(baseAmiId === undefined ? {} : { baseAmiId }),
    },
    bake: { ...ready, sequence: 0 },
  };
}

import type { ImageDefinition } from '../definitions/catalog';
import type { Published } from '../lifecycle/channel';
import type { ImageRecord, Trouble } from '../lifecycle/image-record';
import { cycleThrough } from './ancestry';
import { ancestryName } from './ancestry-name';
import { bakeReason } from './bake-reason';
import type { Decision, Desired } from './decision';
import { ancestorsOf, type ImageNode, type Verdict } from './forest';
import { desiredId } from './input-hash';
import { reusable } from './reuse';
import { isDenied, revokedBefore } from './revoked';
import type { Run } from './run';
import { runaway } from './runaway';
import { blocked, wait } from './verdict';
import { windowWait } from './window-wait';

/**
 * What becomes of an image that is not what is desired. What failed before and what runs away is told before whom it waits
 * for: a person has to see it.
 * @param holder the ancestor that it waits for
 */
export function judgeDue(
  node: ImageNode,
  desired: Desired,
  published: Published | undefined,
  holder: ImageNode | undefined,
  run: Run,
): Verdict {
  const { record } = node;
  const { definition } = node.outline;
  const { snapshot, inForce } = run;
  const asked = record?.asked !== undefined;
  const trouble = record?.trouble?.desired === desiredId(desired) ? record.trouble : undefined;
  // A request that has just failed waits for its next attempt; a newer one does not.
  if (trouble !== undefined && (!asked || record?.asked?.commandId === trouble.commandId)) {
    node.retrying = true;
    const verdict = afterTrouble(trouble, snapshot.nowMs);
    if (verdict !== undefined) return verdict;
  }

  const commit = { commitId: inForce.commitId, inputs: inForce.inputs[definition.key] ?? [] };
  const { withdrawn } = record?.channels[node.outline.channel] ?? {};
  const reason = bakeReason(record, published, desired, trouble !== undefined, commit, withdrawn);
  const stopped = runaway(reason, record, snapshot.nowMs);
  if (stopped !== undefined) return blocked(stopped);

  if (holder !== undefined) return { kind: 'held', by: holder };

  const through = cycleThrough(desired.ancestry, ancestryName(snapshot.policy, definition.key));
  if (through !== undefined) return blocked({ code: 'ancestry-cycle', through });

  if (!asked) {
    const revoked = revokedBefore(record, desired, snapshot);
    if (revoked !== undefined) return blocked({ code: 'revoked', revoked });
    const reuse = reuseOrAsk(definition, record, desired, run);
    if (reuse !== undefined) return reuse;
  }
  return { kind: 'bake', reason, desired, ancestors: ancestorsOf(node) };
}

function reuseOrAsk(
  definition: ImageDefinition,
  record: ImageRecord | undefined,
  desired: Desired,
  run: Run,
): Decision | undefined {
  const { policy, reusable: found } = run.snapshot;
  const { key } = definition;
  const gates = {
    tests: run.inForce.tests?.[key],
    approval: definition.approval !== undefined,
    denied: (bake: Published) => isDenied(run.snapshot, record, key, bake),
  };
  const reuse = reusable(key, desired, found[desired.inputHash], run.freshBakes, gates);
  switch (reuse.state) {
    case 'none':
      return undefined;
    case 'not-asked':
      return wait({ code: 'reuse-lookup', inputHash: desired.inputHash });
    case 'unknown':
      return wait({
        code: 'unknown',
        what: `earlier bakes of input hash ${desired.inputHash}`,
        why: reuse.why,
      });
    case 'found': {
      const { bake } = reuse;
      const closed = windowWait(definition, bake.bakeId, run.snapshot.nowMs);
      if (closed !== undefined) return wait(closed);
      const amiId = bake.amis[policy.region] ?? 'unknown';
      const reason = { code: 'same-inputs', bakeId: bake.bakeId, amiId, bakedAtMs: bake.bakedAtMs } as const;
      return { kind: 'reuse', reason, desired, bake };
    }
  }
}

function afterTrouble(trouble: Trouble, nowMs: number): Decision | undefined {
  const { retryAtMs, count, bakeId, message, lines } = trouble;
  if (retryAtMs === undefined) {
    return blocked({ code: 'failed', class: trouble.class, count, bakeId, message, lines });
  }
  if (retryAtMs <= nowMs) return undefined;
  return wait({ code: 'backoff', untilMs: retryAtMs, attempt: count + 1, class: trouble.class });
}

import type { InputId } from '../lifecycle/bake';
import type { Published, Withdrawn } from '../lifecycle/channel';
import type { ImageRecord } from '../lifecycle/image-record';
import type { BakeReason, Desired } from './decision';

/**
 * Why an image that is due has to be baked. Several things may have changed; the first of these is told: a person asked,
 * a failed bake is tried again, there is none yet, inputs, definition, schedule, base. The schedule comes before the base
 * because a base that moved in the same night would otherwise count towards the runaway breaker.
 */
export function bakeReason(
  record: ImageRecord | undefined,
  published: Published | undefined,
  desired: Desired,
  failedBefore: boolean,
  commit: { commitId: string; inputs: InputId[] },
  withdrawn?: Pick<Withdrawn, 'bakeId'>,
): BakeReason {
  if (record?.asked !== undefined) return { code: 'asked', by: record.asked.by, why: record.asked.why };
  if (failedBefore && record?.trouble !== undefined) {
    return { code: 'retry', attempt: record.trouble.count + 1, class: record.trouble.class };
  }
  if (published === undefined) {
    return withdrawn === undefined ? { code: 'first-bake' } : { code: 'withdrawn', bakeId: withdrawn.bakeId };
  }
  if (published.contentDigest !== desired.contentDigest) {
    const paths = changedPaths(published.inputs, commit.inputs);
    return paths.length > 0
      ? { code: 'inputs-changed', paths, commitId: commit.commitId }
      : { code: 'definition-changed', commitId: commit.commitId };
  }
  if (published.notBefore < desired.notBefore) return { code: 'schedule', firedAtMs: desired.notBefore };
  return { code: 'base-moved', from: published.baseAmiId, to: desired.baseAmiId };
}

/** Paths that were added, removed or hold something else than before; sorted. */
export function changedPaths(before: InputId[], after: InputId[]): string[] {
  const old = new Map(before.map(({ path, objectId }) => [path, objectId]));
  const now = new Map(after.map(({ path, objectId }) => [path, objectId]));
  const paths = new Set([...old.keys(), ...now.keys()]);
  return [...paths].filter((path) => old.get(path) !== now.get(path)).sort();
}

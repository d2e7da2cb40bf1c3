/** `region:ami-id` of the last run in a manifest, sorted; undefined where the text is no manifest. */
export function manifestAmis(text: string): string[] | undefined {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch {
    return undefined;
  }
  // What Packer's manifest post-processor writes; it appends to a file that is already there. A template may write others.
  if (!isObject(manifest)) return undefined;
  const { builds, last_run_uuid: lastRun } = manifest;
  if (!Array.isArray(builds) || typeof lastRun !== 'string') return undefined;
  const ids = builds
    .filter((build) => isObject(build) && build['packer_run_uuid'] === lastRun)
    .flatMap(({ artifact_id: id }: Record<string, unknown>) => (typeof id === 'string' ? id.split(',') : []))
    .filter((id) => id.includes(':ami-'));
  return [...new Set(ids)].sort();
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

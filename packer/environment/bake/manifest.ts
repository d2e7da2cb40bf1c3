/** What Packer's manifest post-processor writes; it appends to a file that is already there. */
interface Manifest {
  builds?: { artifact_id?: string; packer_run_uuid?: string }[];
  last_run_uuid?: string;
}

/** `region:ami-id` of the last run in a manifest, sorted; undefined where the text is no manifest. */
export function manifestAmis(text: string): string[] | undefined {
  let manifest: Manifest;
  try {
    manifest = JSON.parse(text) as Manifest;
  } catch {
    return undefined;
  }
  if (!Array.isArray(manifest.builds) || typeof manifest.last_run_uuid !== 'string') return undefined;
  const ofLastRun = manifest.builds.filter((build) => build.packer_run_uuid === manifest.last_run_uuid);
  const ids = ofLastRun
    .flatMap((build) => (build.artifact_id ?? '').split(','))
    .filter((id) => id.includes(':ami-'));
  return [...new Set(ids)].sort();
}

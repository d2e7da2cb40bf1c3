import { existsSync, readFileSync, writeFileSync } from 'node:fs';

export interface ManifestBuild {
  name: string;
  builder_type: string;
  /** Seconds since 1970. */
  build_time: number;
  files: null;
  /** `region:ami` of each region, sorted, with commas. */
  artifact_id: string;
  packer_run_uuid: string;
  custom_data: Record<string, string> | null;
}

/** Adds a build to a manifest, as Packer's manifest post-processor does: what is in the file stays. */
export function addToManifest(path: string, build: ManifestBuild): void {
  const before = existsSync(path)
    ? (JSON.parse(readFileSync(path, 'utf8')) as { builds: ManifestBuild[] }).builds
    : [];
  const manifest = { builds: [...before, build], last_run_uuid: build.packer_run_uuid };
  writeFileSync(path, JSON.stringify(manifest, null, 2));
}

import { readFileSync } from 'node:fs';

/** What the local bakery tells the `packer` on a build's PATH, in the file that BAKERY_PACKER names. */
export interface ShimSettings {
  /** The real Packer; without one the stand-in plays it. */
  realPacker?: string;
  /** `1.6.6` */
  version: string;
  /** Of the AWS front. */
  endpoint: string;
  ssh: { host: string; port: number; keyFile: string };
  account: string;
  region: string;
  /** Names the build to the front. */
  token: string;
  /** The build's folder: what templates may refer to. */
  workDir: string;
  /** Where rewritten copies go. */
  temporaryDir: string;
}

export function readSettings(environment: NodeJS.ProcessEnv): ShimSettings {
  const path = environment.BAKERY_PACKER;
  if (path === undefined) {
    throw new Error('BAKERY_PACKER is not set: this packer works inside builds of the local bakery only');
  }
  return JSON.parse(readFileSync(path, 'utf8')) as ShimSettings;
}

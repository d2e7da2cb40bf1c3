import { hash } from 'node:crypto';
import type { BakeContent } from '../lifecycle/bake';

/** sha-256 over what an image is made of: its content and the resolved AMI it is built on (none: the template chooses). */
export const inputHash = (contentDigest: string, baseAmiId: string | undefined): string =>
  hash('sha256', JSON.stringify([contentDigest, baseAmiId ?? null]));

/** Names a desired state: `inputHash@notBefore`. Failures are counted for one of these, another starts afresh. */
export const desiredId = (desired: Pick<BakeContent, 'inputHash' | 'notBefore'>): string =>
  `${desired.inputHash}@${desired.notBefore}`;

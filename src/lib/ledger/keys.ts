import type { ImageKey } from '../definitions/catalog';

/** Where things are in the table. `STATE` is read whole by every reconcile; the rest is asked for by key. */
export const statePk = 'STATE';

export const catalogSk = 'CATALOG';
export const metaSk = 'META';
export const imageSk = (image: ImageKey): string => `IMAGE#${image}`;
export const upstreamSk = (bakery: string, image: ImageKey, channel: string): string =>
  `UPSTREAM#${bakery}/${image}@${channel}`;
export const mirrorSk = (bakery: string, image: ImageKey, channel: string): string =>
  `MIRROR#${bakery}/${image}@${channel}`;
/** `id`: as `revocationId` has it. */
export const revokedSk = (id: string): string => `REVOKED#${id}`;
export const commandSk = (commandId: string): string => `COMMAND#${commandId}`;
export const slotSk = (slot: number): string => `SLOT#${String(slot).padStart(4, '0')}`;

/** History of an image, oldest first: bake ids sort by time. */
export const bakePk = (image: ImageKey): string => `BAKE#${image}`;
/** What is installed in the results of an image's bakes. */
export const packagesPk = (image: ImageKey): string => `PACKAGES#${image}`;
/** Ready bakes that were made of the same things. */
export const hashPk = (inputHash: string): string => `HASH#${inputHash}`;
/** Which bake an AMI belongs to: at most one. */
export const amiPk = (amiId: string): string => `AMI#${amiId}`;
export const amiSk = 'BAKE';

/** What the janitor has to remember; reconcile neither reads nor writes it. */
export const janitorPk = 'JANITOR';
export const janitorToldSk = 'TOLD';

/** What retirement has to remember beside the history; reconcile neither reads nor writes it. */
export const retirePk = 'RETIRE';
export const retireToldSk = 'TOLD';

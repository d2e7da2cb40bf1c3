import * as z from 'zod/mini';
import { whyMalformed } from './interest';

const bake = z.string().check(z.regex(/^b-[0-9a-z]{1,40}$/));
const image = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,62}(\/(x86_64|arm64))?$/));

const schema = z.object({
  diff: z.union([z.strictObject({ from: bake, to: bake }), z.strictObject({ image })]),
});

/** Two bakes, or an image whose published bake is held against the one before it. */
export type DiffRequest = { from: string; to: string } | { image: string };

export function readDiffEvent(event: unknown): { request: DiffRequest } | { refused: string } {
  const read = z.safeParse(schema, event);
  return read.success ? { request: read.data.diff } : { refused: whyMalformed(read.error) };
}

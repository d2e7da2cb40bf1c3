import * as z from 'zod/mini';
import { whyMalformed } from './interest';

const bake = z.string().check(z.regex(/^b-[0-9a-z]{1,40}$/));
const image = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,62}(\/(x86_64|arm64))?$/));

const schema = z.object({
  diff: z.strictObject({ from: z.optional(bake), to: z.optional(bake), image: z.optional(image) }),
});

/** Two bakes, or an image whose published bake is held against the one before it. */
export type DiffRequest = { from: string; to: string } | { image: string };

export function readDiffEvent(event: unknown): { request: DiffRequest } | { refused: string } {
  const read = z.safeParse(schema, event);
  if (!read.success) return { refused: whyMalformed(read.error) };
  const { from, to, image: about } = read.data.diff;
  if (about !== undefined && from === undefined && to === undefined) return { request: { image: about } };
  if (about === undefined && from !== undefined && to !== undefined) return { request: { from, to } };
  return { refused: 'diff: it names neither two bakes nor an image' };
}

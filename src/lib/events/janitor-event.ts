import * as z from 'zod/mini';
import { whyMalformed } from './interest';
import { readTickEvent } from './tick-event';

/** What the janitor is to do. */
export interface JanitorRequest {
  /** Look and tell; remove nothing. */
  dryRun: boolean;
  /** More than this is not removed in one run; the janitor's own ceiling where left out. */
  most?: number;
}

const asked = z.strictObject({
  dryRun: z._default(z.boolean(), false),
  most: z.optional(z.int().check(z.gte(1), z.lte(1_000))),
});

/** A schedule's event, or what a person asks for: `{ "dryRun": true }`, `{ "most": 50 }`. */
export function readJanitorEvent(event: unknown): { request: JanitorRequest } | { refused: string } {
  if (readTickEvent(event).interest === 'act') return { request: { dryRun: false } };
  const read = z.safeParse(asked, event);
  return read.success ? { request: read.data } : { refused: whyMalformed(read.error) };
}

import * as z from 'zod/mini';
import { whyMalformed } from './interest';
import { readTickEvent } from './tick-event';

/** What retirement is to do. */
export interface RetireRequest {
  /** Look and tell; change nothing. */
  dryRun: boolean;
  /** An entry of bakery.yml or one image key; all where left out. */
  image?: string;
  /** A person lets so many go in this run, whatever part of an image that is. */
  most?: number;
}

const asked = z.strictObject({
  dryRun: z._default(z.boolean(), false),
  image: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
  most: z.optional(z.int().check(z.gte(1), z.lte(10_000))),
});

/** A schedule's event, or what a person asks for: `{ "dryRun": true }`, `{ "image": "web", "most": 50 }`. */
export function readRetireEvent(event: unknown): { request: RetireRequest } | { refused: string } {
  if (readTickEvent(event).interest === 'act') return { request: { dryRun: false } };
  const read = z.safeParse(asked, event);
  return read.success ? { request: read.data } : { refused: whyMalformed(read.error) };
}

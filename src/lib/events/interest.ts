import * as z from 'zod/mini';
import type { WakeUp } from './wake-up';

/** What an event means to the bakery. `why` is for the log. */
export type Interest<T = WakeUp> =
  | {
      interest: 'act';
      wakeUp: T;
      /** Equal for deliveries of one event, different for any other event: a later one is never swallowed. */
      deduplicationId: string;
    }
  /** Well formed, and nothing to do. */
  | { interest: 'none'; why: string }
  /** Not what it should be: counted, not retried. */
  | { interest: 'refused'; why: string };

export const none = (why: string): { interest: 'none'; why: string } => ({
  interest: 'none',
  why: shortened(why),
});
export const refused = (why: string): { interest: 'refused'; why: string } => ({
  interest: 'refused',
  why: shortened(why),
});

/** Why an event was passed over is logged for each: what somebody wrote into it does not fill the log. */
const longestWhy = 300;
export const shortened = (why: string): string =>
  why.length <= longestWhy ? why : `${why.slice(0, longestWhy - 1)}…`;

/** The first three things wrong with an event, by path. Values are left out: an event may carry anything. */
export function whyMalformed(error: z.core.$ZodError): string {
  const issues = error.issues.slice(0, 3).map((issue) => {
    const expected = issue.code === 'invalid_type' ? `expected ${issue.expected}` : issue.code;
    return `${issue.path.map(String).join('.') || '(whole)'}: ${expected}`;
  });
  const more = error.issues.length - issues.length;
  return shortened(issues.join('; ')) + (more > 0 ? `; and ${more} more` : '');
}

/** A text that goes on into the queue and the log. AWS's names and ids are shorter: a parameter's 1,011 characters with its ARN. */
export const eventText = z.string().check(z.maxLength(1_100));

/** Ids that become part of a deduplication id: SQS takes up to 128 of these characters. */
export const eventId = z.string().check(z.regex(/^[\x21-\x7e]{1,100}$/));

/** An event of EventBridge's default bus: further fields of its envelope are of no use here. */
export const eventBridgeEvent = <S extends string, D extends string, T extends z.ZodMiniType>(
  source: S,
  detailType: D,
  detail: T,
) => z.object({ id: eventId, source: z.literal(source), 'detail-type': z.literal(detailType), detail });

import * as z from 'zod/mini';
import { whyMalformed } from './interest';
import { wakeUpSchema } from './wake-up';
import type { WakeUp } from './wake-up';

export type QueueMessage = { messageId: string } & ({ wakeUp: WakeUp } | { refused: string });

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
const schema = z.object({
  Records: z.array(z.object({ eventSource: z.literal('aws:sqs'), messageId: z.string(), body: z.string() })),
});

/** The messages of a batch, each by itself: one that cannot be read does not hold up the others. */
export function readSqsEvent(event: unknown): { messages: QueueMessage[] } | { refused: string } {
  const read = z.safeParse(schema, event);
  if (!read.success) return { refused: whyMalformed(read.error) };
  return { messages: read.data.Records.map(({ messageId, body }) => ({ messageId, ...readBody(body) })) };
}

function readBody(body: string): { wakeUp: WakeUp } | { refused: string } {
  let content: unknown;
  try {
    content = JSON.parse(body);
  } catch {
    return { refused: 'the body is not JSON' };
  }
  const read = z.safeParse(wakeUpSchema, content);
  return read.success ? { wakeUp: read.data } : { refused: whyMalformed(read.error) };
}

import * as z from 'zod/mini';
import { eventId, eventText, whyMalformed } from './interest';

export interface SnsMessage {
  messageId: string;
  topicArn: string;
  /** As published; nothing in it is checked yet. */
  text: string;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html; at least once, in no order. */
const schema = z.object({
  Records: z.array(
    z.object({
      EventSource: z.literal('aws:sns'),
      Sns: z.object({ MessageId: eventId, TopicArn: eventText, Message: z.string() }),
    }),
  ),
});

/** The messages of an SNS event, or why it is none. */
export function readSnsEvent(event: unknown): { messages: SnsMessage[] } | { refused: string } {
  const read = z.safeParse(schema, event);
  if (!read.success) return { refused: whyMalformed(read.error) };
  return {
    messages: read.data.Records.map(({ Sns }) => ({
      messageId: Sns.MessageId,
      topicArn: Sns.TopicArn,
      text: Sns.Message,
    })),
  };
}

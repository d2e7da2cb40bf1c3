import * as z from 'zod/mini';
import { eventBridgeEvent, eventText, none, refused, whyMalformed } from './interest';
import type { Interest } from './interest';

/**
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-cwe.html. `exception` is there when the
 * later validation of an aws:ec2:image value failed (parameter-store-ec2-aliases.html).
 */
const schema = eventBridgeEvent(
  'aws.ssm',
  'Parameter Store Change',
  z.object({
    operation: eventText,
    name: eventText.check(z.minLength(1)),
    exception: z.optional(z.string()),
  }),
);

/**
 * A parameter under the bakery's own prefix changed: a write took, was refused, or somebody else's hand moved it. Base
 * parameters elsewhere in the account are read with every tick; an account's other parameters may change every second.
 */
export function readParameterEvent(event: unknown, ownPrefix: string): Interest {
  const read = z.safeParse(schema, event);
  if (!read.success) return refused(whyMalformed(read.error));
  const { id, detail } = read.data;
  // A name with slashes comes with its leading one; the documented samples show a plain name without any.
  if (!detail.name.startsWith(ownPrefix)) return none(`${detail.name} is not under ${ownPrefix}`);
  const parameterFailed = detail.exception === undefined ? undefined : detail.name;
  return {
    interest: 'act',
    // SSM's own words, of no documented length.
    wakeUp: { kind: 'parameter', ...detail, exception: detail.exception?.slice(0, 1_000), parameterFailed },
    deduplicationId: `parameter:${id}`,
  };
}

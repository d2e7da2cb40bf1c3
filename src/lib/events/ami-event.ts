import * as z from 'zod/mini';
import { eventBridgeEvent, none, refused, whyMalformed } from './interest';
import type { Interest } from './interest';

/**
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitor-ami-events.html; delivery is best effort. The event says
 * neither what the AMI is called nor how it is tagged, so that nobody can tell whose it is without asking EC2.
 */
const schema = z.extend(
  eventBridgeEvent(
    'aws.ec2',
    'EC2 AMI State Change',
    z.object({ ImageId: z.string().check(z.regex(/^ami-[0-9a-f]{8,17}$/)), State: z.string() }),
  ),
  { region: z.string() },
);

/** States in which a copy goes no further by itself. */
const ends: readonly string[] = ['available', 'failed', 'deregistered', 'disabled'];

/**
 * An AMI came to the end of its making. In the bakery's own region only an encrypted copy is waited for, so that without
 * keys every event there is of something else; those of other regions arrive where somebody forwards them.
 */
export function readAmiEvent(event: unknown, own: { region: string; kmsKeys: readonly string[] }): Interest {
  const read = z.safeParse(schema, event);
  if (!read.success) return refused(whyMalformed(read.error));
  const { id, region, detail } = read.data;
  const { ImageId: amiId, State: state } = detail;
  if (!ends.includes(state)) return none(`${amiId} is ${state}`);
  if (region === own.region && own.kmsKeys.length === 0) return none(`nothing is copied inside ${region}`);
  return { interest: 'act', wakeUp: { kind: 'ami', amiId, region, state }, deduplicationId: `ami:${id}` };
}

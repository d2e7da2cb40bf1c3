import * as z from 'zod/mini';
import { eventBridgeEvent, eventText, none, refused, whyMalformed } from './interest';
import type { Interest } from './interest';

/** Anything longer is no id of a bake; `reconcile` reads the build for itself anyway. */
const isBakeId = (text: string | undefined) => text !== undefined && text.length <= 64;

const variables = z.array(z.object({ name: z.string(), value: z.optional(z.string()) }));

/**
 * https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html; delivery is best effort.
 * Exported variables are in the event too (`additional-information.exported-environment-variables`), undocumented:
 * they are not taken from here, `reconcile` asks BatchGetBuilds for them.
 */
const schema = eventBridgeEvent(
  'aws.codebuild',
  'CodeBuild Build State Change',
  z.object({
    'build-status': eventText,
    'project-name': z.string(),
    /** An ARN that ends in `build/project:uuid`. */
    'build-id': eventText.check(z.regex(/^arn:aws[a-z-]*:codebuild:[^:]*:\d{12}:build\/[\w-]+:[\w-]+$/)),
    'additional-information': z.optional(
      z.object({
        environment: z.optional(z.object({ 'environment-variables': z.optional(variables) })),
      }),
    ),
  }),
);

/** A build of one of the bakery's projects ended, in whatever status: FAULT and TIMED_OUT come too, documented or not. */
export function readCodeBuildEvent(event: unknown, ...projectNames: string[]): Interest {
  const read = z.safeParse(schema, event);
  if (!read.success) return refused(whyMalformed(read.error));
  const { detail } = read.data;
  const status = detail['build-status'];
  if (!projectNames.includes(detail['project-name']))
    return none(`project ${detail['project-name']} is not the bakery's`);
  if (status === 'IN_PROGRESS') return none('the build is still running');
  const buildId = detail['build-id'].slice(detail['build-id'].indexOf('build/') + 'build/'.length);
  const environment = detail['additional-information']?.environment?.['environment-variables'];
  const bakeId = environment?.find((variable) => variable.name === 'BAKE_ID')?.value;
  return {
    interest: 'act',
    wakeUp: { kind: 'build', buildId, status, bakeId: isBakeId(bakeId) ? bakeId : undefined },
    deduplicationId: `build:${read.data.id}`,
  };
}

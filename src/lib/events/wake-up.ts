import * as z from 'zod/mini';

/**
 * What a trigger function sends to the queue. It carries no decision: `reconcile` reads the world for itself, and these
 * fields only say in the log what woke it, and where to look first.
 */
export const wakeUpSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('push'), branch: z.string(), commitId: z.optional(z.string()) }),
  z.object({ kind: z.literal('tick'), time: z.string() }),
  z.object({
    kind: z.literal('build'),
    buildId: z.string(),
    status: z.string(),
    bakeId: z.optional(z.string()),
  }),
  z.object({
    kind: z.literal('parameter'),
    name: z.string(),
    operation: z.string(),
    /** Name of a parameter whose value SSM refused after it had taken it with a 200: news that cannot be read elsewhere. */
    parameterFailed: z.optional(z.string()),
    /** Why it did. */
    exception: z.optional(z.string()),
  }),
  z.object({ kind: z.literal('ami'), amiId: z.string(), region: z.string(), state: z.string() }),
  z.object({ kind: z.literal('upstream'), topicArn: z.string(), recorded: z.number() }),
  z.object({ kind: z.literal('command'), commandId: z.string() }),
]);

export type WakeUp = z.infer<typeof wakeUpSchema>;

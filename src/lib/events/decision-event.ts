import * as z from 'zod/mini';
import { whyMalformed } from './interest';

/** What a person decides on a bake that waits for approval; who may is asked before the function is reached. */
const schema = z.object({
  command: z.enum(['approve', 'reject']),
  image: z.string().check(z.regex(/^[a-z][a-z0-9-]{0,62}(\/(x86_64|arm64))?$/)),
  bake: z.optional(z.string().check(z.regex(/^b-[0-9a-z]{1,40}$/))),
  by: z.string().check(z.minLength(1), z.maxLength(200)),
  why: z.string().check(z.minLength(1), z.maxLength(500)),
  /** Given by a caller that may have to ask again: the same id is one command. */
  id: z.optional(z.string().check(z.regex(/^[A-Za-z0-9._-]{1,64}$/))),
});

export type DecisionRequest = z.infer<typeof schema>;

export function readDecision(event: unknown): { request: DecisionRequest } | { refused: string } {
  const read = z.safeParse(schema, event);
  return read.success ? { request: read.data } : { refused: whyMalformed(read.error) };
}

/** The alias in `arn:aws:lambda:REGION:ACCOUNT:function:NAME:ALIAS`; undefined: none, or a version. */
export function aliasOf(invokedFunctionArn: string | undefined): string | undefined {
  const alias = invokedFunctionArn?.split(':')[7];
  return alias === undefined || /^(\$LATEST|[0-9]+)$/.test(alias) ? undefined : alias;
}

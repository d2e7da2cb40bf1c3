import * as z from 'zod/mini';
import { whyMalformed } from './interest';

/** What a person asks for through the command line, or by invoking the function. */
const schema = z.object({
  command: z.literal('bake'),
  image: z.string().check(z.regex(/^[a-z][a-z0-9-]{0,62}(\/(x86_64|arm64))?$/)),
  architecture: z.optional(z.enum(['x86_64', 'arm64'])),
  by: z.string().check(z.minLength(1), z.maxLength(200)),
  why: z.string().check(z.minLength(1), z.maxLength(500)),
  /** Given by a caller that may have to ask again: the same id is one command. */
  id: z.optional(z.string().check(z.regex(/^[A-Za-z0-9._-]{1,64}$/))),
});

export interface CommandRequest {
  command: 'bake';
  /** An image with all its architectures, or one with its architecture. */
  image: string;
  by: string;
  why: string;
  id?: string;
}

export function readCommand(event: unknown): { request: CommandRequest } | { refused: string } {
  const read = z.safeParse(schema, event);
  if (!read.success) return { refused: whyMalformed(read.error) };
  const { architecture, image, ...rest } = read.data;
  if (architecture === undefined) return { request: { ...rest, image } };
  if (image.includes('/') && !image.endsWith(`/${architecture}`))
    return { refused: `image ${image} and architecture ${architecture} do not agree` };
  return { request: { ...rest, image: image.includes('/') ? image : `${image}/${architecture}` } };
}

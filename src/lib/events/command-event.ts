import * as z from 'zod/mini';
import type { PinUntil } from '../lifecycle/pin';
import { whyMalformed } from './interest';

const image = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,62}(\/(x86_64|arm64))?$/));
const why = z.string().check(z.minLength(1), z.maxLength(500));

const channelName = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,62}$/));
const channel = z.optional(channelName);
const bakeId = z.string().check(z.regex(/^b-[0-9a-z]{1,40}$/));
const bake = z.optional(bakeId);
const until = z.optional(z.enum(['commit', 'base']));

const common = {
  architecture: z.optional(z.enum(['x86_64', 'arm64'])),
  by: z.string().check(z.minLength(1), z.maxLength(200)),
  /** Given by a caller that may have to ask again: the same id is one command. */
  id: z.optional(z.string().check(z.regex(/^[A-Za-z0-9._-]{1,64}$/))),
};

/** What a person asks for through the command line, or by invoking the function. */
const schema = z.discriminatedUnion('command', [
  z.object({ ...common, command: z.literal('bake'), image, why }),
  z.object({ ...common, command: z.literal('pause'), image: z.optional(image), why }),
  z.object({ ...common, command: z.literal('resume'), image: z.optional(image), why: z.optional(why) }),
  z.object({
    ...common,
    command: z.literal('adopt'),
    image,
    channel,
    amiId: z.string().check(z.regex(/^ami-[0-9a-f]{8,17}$/)),
    why,
  }),
  z.object({ ...common, command: z.literal('rollback'), image, channel, to: bake, until, why }),
  z.object({ ...common, command: z.literal('pin'), image, channel, until, why }),
  z.object({ ...common, command: z.literal('promote'), image, channel: channelName, bake, why }),
  z.object({ ...common, command: z.literal('unpin'), image, channel, why: z.optional(why) }),
  z.object({ ...common, command: z.literal('revoke'), bake: bakeId, image: z.optional(image), why }),
  z.object({ ...common, command: z.literal('unrevoke'), bake: bakeId, image: z.optional(image), why }),
]);

interface Asking {
  by: string;
  why: string;
  id?: string;
}

/** `image`: an image with all its architectures, or one with its architecture; left out: the whole bakery. */
export type CommandRequest =
  | (Asking & { command: 'bake'; image: string })
  | (Asking & { command: 'pause' | 'resume'; image?: string })
  | (Asking & { command: 'adopt'; image: string; channel?: string; amiId: string })
  | (Asking & { command: 'rollback'; image: string; channel?: string; to?: string; until?: PinUntil })
  | (Asking & { command: 'pin'; image: string; channel?: string; until?: PinUntil })
  | (Asking & { command: 'promote'; image: string; channel: string; bake?: string })
  | (Asking & { command: 'unpin'; image: string; channel?: string })
  | (Asking & { command: 'revoke' | 'unrevoke'; bake: string; image?: string });

export function readCommand(event: unknown): { request: CommandRequest } | { refused: string } {
  const read = z.safeParse(schema, event);
  if (!read.success) return { refused: whyMalformed(read.error) };
  const { architecture, ...rest } = read.data;
  const asked = { ...rest, why: rest.why ?? '' };
  if (architecture === undefined) return { request: asked };
  if (asked.image === undefined) return { refused: `architecture ${architecture}: of which image?` };
  if (asked.image.includes('/') && !asked.image.endsWith(`/${architecture}`))
    return { refused: `image ${asked.image} and architecture ${architecture} do not agree` };
  const key = asked.image.includes('/') ? asked.image : `${asked.image}/${architecture}`;
  return { request: { ...asked, image: key } };
}

import * as z from 'zod/mini';
import { maxMessageBytes } from './message';
import { announcementSchema } from './schemas';
import type { Announcement } from './schemas';

export type ReadAnnouncement = { announcement: Announcement } | { refuse: 'MALFORMED'; why: string };

/** Whatever came over a topic, as an announcement or a refusal. Fields that are not known are passed over. */
export function readAnnouncement(text: string): ReadAnnouncement {
  const bytes = Buffer.byteLength(text);
  if (bytes > maxMessageBytes) return malformed(`${bytes} bytes are more than ${maxMessageBytes}`);
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return malformed('it is not JSON');
  }
  const read = z.safeParse(announcementSchema, content);
  if (read.success) return { announcement: read.data };
  const { path, code } = read.error.issues[0]!;
  return malformed(`${path.map(String).join('.') || '(whole)'}: ${code}`);
}

/** A path holds names that the sender chose. */
const malformed = (why: string): ReadAnnouncement => ({ refuse: 'MALFORMED', why: why.slice(0, 300) });

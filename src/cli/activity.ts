import type { LoggedLine } from '../local/bakery/function-log';

/** What a person who watches wants to know; everything else is in functions.jsonl. */
const telling = new Set([
  'catalog in force',
  'bake asked for',
  'pause asked for',
  'resume asked for',
  'AMI adopted',
  'the command waits',
  'build started',
  'result adopted',
  'bake ended without a result',
  'channel moved',
  'announced',
  'reuse',
  'mirrored',
  'owner told',
  'event refused',
  'could not be done now',
]);

/** `build started: web/x86_64: its base moved …`; undefined for lines that nobody waits for. */
export function activityText({ message = '', image, reason, subject, why }: LoggedLine): string | undefined {
  if (!telling.has(message)) return undefined;
  return [message, image, reason ?? subject ?? why].filter((part) => typeof part === 'string').join(': ');
}

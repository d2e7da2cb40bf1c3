import type { InstantMs } from '../definitions/instant';
import type { Notice } from '../lifecycle/image-record';

/** SNS subjects: up to 100 characters of printable ASCII (Publish API reference). */
const subjectLength = 100;

/** Notices wait in ledger items, which end at 400 KB (DynamoDB quotas), until they are sent. */
const textLength = 8_000;

const shortened = (text: string): string =>
  text.length > textLength
    ? `${text.slice(0, textLength)}\n(… ${text.length - textLength} more characters)`
    : text;

/** A notice from its parts: paragraphs that are absent are left out. */
export function composeNotice(parts: {
  id: string;
  code: string;
  target?: string;
  subject: string;
  paragraphs: (string | undefined)[];
  atMs: InstantMs;
}): Notice {
  const { paragraphs, subject, ...rest } = parts;
  const plain = subject.replace(/[^\x20-\x7e]+/g, ' ').trim();
  return {
    ...rest,
    subject: plain.length > subjectLength ? `${plain.slice(0, subjectLength - 3)}...` : plain,
    text: shortened(
      paragraphs.filter((paragraph) => paragraph !== undefined && paragraph !== '').join('\n\n'),
    ),
  };
}

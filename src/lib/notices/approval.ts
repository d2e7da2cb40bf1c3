import type { InstantMs } from '../definitions/instant';
import type { Approval } from '../lifecycle/approval';
import type { Bake } from '../lifecycle/bake';
import type { Notice } from '../lifecycle/image-record';
import { composeNotice } from './compose';

const time = (atMs: InstantMs): string =>
  `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** A bake waits for somebody's word; sent when it begins to, and once more at half time. */
export function approvalWanted(
  bake: Bake,
  { group, expiresAtMs }: Approval,
  target: string | undefined,
  atMs: InstantMs,
  again = false,
): Notice {
  const { id, image, amis = {}, tests, cause, commitId } = bake;
  const checks = tests?.checks.filter(({ status }) => status === 'passed').length;
  return composeNotice({
    id: `approval-${again ? 'reminder' : 'wanted'}:${id}`,
    code: again ? 'APPROVAL_REMINDER' : 'APPROVAL_WANTED',
    target,
    subject: `${image}: ${again ? 'still waits' : 'waits'} for approval by ${group}`,
    paragraphs: [
      `A new AMI of ${image} waits for approval by ${group}. Without it, it is rejected at ${time(expiresAtMs)}.`,
      `Bake ${id} of commit ${commitId}, asked for because: ${cause.text}\n` +
        Object.entries(amis)
          .map(([region, amiId]) => `AMI: ${amiId} (${region})`)
          .join('\n'),
      checks === undefined
        ? 'It was not tested.'
        : `It has passed ${checks} ${checks === 1 ? 'check' : 'checks'}.`,
      `To publish it:   bakery approve ${id} --why "…"\nTo turn it down: bakery reject ${id} --why "…"`,
      'A newer commit, base or schedule takes its place.',
    ],
    atMs,
  });
}

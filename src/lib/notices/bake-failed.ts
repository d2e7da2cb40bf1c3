import type { InstantMs } from '../definitions/instant';
import type { Bake, FailureClass } from '../lifecycle/bake';
import type { Notice, Trouble } from '../lifecycle/image-record';
import { composeNotice } from './compose';

/** A bake failed and is not tried again by itself. */
export function bakeFailed(
  bake: Bake,
  trouble: Trouble,
  target: string | undefined,
  atMs: InstantMs,
): Notice {
  const times = trouble.count === 1 ? '' : `, ${trouble.count} times in a row`;
  return composeNotice({
    id: `bake-failed:${bake.id}`,
    code: 'BAKE_FAILED',
    target,
    subject: `${bake.image}: bake ${ended(trouble.class)} (${trouble.class})`,
    paragraphs: [
      `The bake of ${bake.image} ${ended(trouble.class)}${times}: ${trouble.message}`,
      `Bake ${bake.id} of commit ${bake.commitId}, asked for because: ${bake.cause.text}` +
        (bake.buildId === undefined ? '' : `\nBuild: ${bake.buildId}`),
      trouble.lines.length > 0
        ? `Its last lines:\n${trouble.lines.map((line) => `  ${line}`).join('\n')}`
        : undefined,
      `What to do: ${remedies[trouble.class]}`,
      'The image published before stays in force. This one is baked again when its inputs, base or schedule move, ' +
        `or when somebody asks: bakery bake ${bake.image}`,
    ],
    atMs,
  });
}

const remedies: Record<FailureClass, string> = {
  capacity: 'EC2 had no capacity for the build instance. Choose another instance type or subnet, or wait.',
  throttle:
    'AWS asked to slow down for longer than the bakery waits. Lower maxConcurrentBuilds, or raise the quota.',
  spot: 'EC2 took the spot instance back each time. Build on demand, or choose another instance type.',
  network: 'The build could not reach something it needs. Look at the lines, the subnet and the proxy.',
  script: 'A provisioner of the template ended with an error. Mend the script and push.',
  template: 'Packer refused the template. Mend it and push.',
  unknown: 'The build does not say what went wrong. Look at its log.',
  fault: 'CodeBuild had trouble of its own. Ask for the bake again later.',
  stopped: 'Somebody stopped the build. Ask for the bake again if that was not meant to last.',
  'timed-out': 'The build ran out of time. Make it shorter, or raise timeoutMinutes in bakery.yml.',
  rejected: 'The build named an AMI that is not what was asked for. Compare the ids above with the template.',
  copy: 'The AMI was built and could not be brought into its regions. See whether the key exists there and may be used by the role of the function, and the quotas of that region.',
  tests:
    'A check of the image failed on the new AMI, which is not published. Mend the image, or the check, and push.',
  untested:
    'The AMI was built and could not be tested, so it is not published. docs/tests.md says what a test needs; then ask for the bake again.',
  disapproved: 'Mend what was wrong with it, and push.',
  'approval-expired':
    'Ask for the bake again when somebody is there to decide, or raise approval.expires in bakery.yml.',
  superseded: 'Nothing: something newer took its place.',
  revoked: 'Nothing: it is baked anew on what is good.',
  abandoned: 'CodeBuild never started the build. Look at its project and quotas.',
};

/** Of what was built well and not let through. */
const ended = (failure: FailureClass): string =>
  failure === 'disapproved' || failure === 'approval-expired' ? 'was not published' : 'failed';

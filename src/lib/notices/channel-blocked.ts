import type { ImageKey } from '../definitions/catalog';
import type { InstantMs } from '../definitions/instant';
import type { Channel } from '../lifecycle/channel';
import type { Notice } from '../lifecycle/image-record';
import { composeNotice } from './compose';

type Blocked = NonNullable<Channel['blocked']>;

/** A finished image cannot be published: its channel does not move until a person looks. */
export function channelBlocked(
  image: ImageKey,
  channel: string,
  blocked: Blocked,
  target: string | undefined,
  atMs: InstantMs,
): Notice {
  return composeNotice({
    id: `channel-blocked:${image}@${channel}:${blocked.code}:${blocked.sinceMs}`,
    code: blocked.code,
    target,
    subject: `${image}@${channel}: cannot be published (${blocked.code})`,
    paragraphs: [
      `Channel ${channel} of ${image} cannot be moved: ${blocked.why}`,
      `What to do: ${remedies[blocked.code]}`,
      'The image published before stays in force, and nothing is overwritten.',
    ],
    atMs,
  });
}

const remedies: Record<Blocked['code'], string> = {
  PARAMETER_FOREIGN:
    'The parameter was not made by this bakery. Delete it, or choose another parameterPattern in the settings.',
  PARAMETER_NOT_TAKING:
    'SSM took the value and did not keep it, three times. See whether the AMI is available in this account, and whether ' +
    'the role of the function may call ec2:DescribeImages.',
  PARAMETER_REFUSED:
    'SSM refused the write, three times. See whether the role of the function may call ssm:PutParameter on that name, ' +
    'then ask for a bake of the image.',
  TAGS_REFUSED:
    'EC2 refused the tags. See whether those under tags are legal and few enough, and whether the role of the function ' +
    'may call ec2:CreateTags. A commit that changes tags or share is tried at once; otherwise ask for a bake.',
  SHARE_REFUSED:
    'EC2 refused the launch permissions. See whether the accounts, organisations and OUs under share exist, and whether ' +
    'the AMI is encrypted with a key that can be shared. A commit that changes tags or share is tried at once; otherwise ' +
    'ask for a bake.',
  COPY_FAILED:
    'The AMI could not be copied into one of its regions. See whether the key exists there and may be used by the role of ' +
    'the function, and the quotas of that region. A commit that changes distribution is tried at once; otherwise ask for a bake.',
};

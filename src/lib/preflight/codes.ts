/**
 * Everything the doctor can find, by its stable code. Programs and tickets refer to the codes: none is renamed, and none
 * comes to mean something else. docs/doctor.md has a row for each.
 */

/** `error`: something fails now, or will at the next bake or launch. `warning`: it will before long, or is not safe. */
export type Severity = 'error' | 'warning';

interface Code {
  severity: Severity;
  /** What is wrong, in one line. */
  means: string;
}

const error = (means: string): Code => ({ severity: 'error', means });
const warning = (means: string): Code => ({ severity: 'warning', means });

export const codes = {
  KMS_DEFAULT_KEY_SHARED: error('An image that is shared is encrypted with the account’s default EBS key.'),
  KMS_KEY_MISSING: error('A key does not exist in the region it is used in.'),
  KMS_KEY_UNUSABLE: error('A key is disabled, waits for its deletion, or cannot encrypt volumes.'),
  KMS_KEY_OTHER_REGION: error('A key is of another region than the copies it is to encrypt.'),
  KMS_POLICY_LACKS_CONSUMERS: error(
    'A key’s policy does not let those use it whom the image is shared with.',
  ),
  KMS_GRANT_MISSING: warning(
    'The Auto Scaling role of an account that an image is shared with has no grant.',
  ),

  CODEBUILD_QUOTA_LOW: error('CodeBuild runs fewer builds at once than maxConcurrentBuilds.'),
  AMI_QUOTA_NEARLY_USED: warning('A region has room for few more AMIs.'),

  NETWORK_MISSING: error(
    'A VPC, subnet or security group of the settings does not exist, or is of another VPC.',
  ),
  SUBNET_NO_WAY_OUT: error('What runs in a subnet reaches nothing outside of it.'),
  SUBNET_WITHOUT_PUBLIC_IP: error(
    'The way out of a subnet is an internet gateway, and what runs there gets no public address.',
  ),
  VPC_ENDPOINTS_MISSING: error(
    'A subnet has no way out but interface endpoints, and some of those are missing.',
  ),
  INSTANCE_TYPE_NOT_OFFERED: error(
    'An instance type does not exist, or not where build instances are launched.',
  ),
  INSTANCE_TYPE_OTHER_ARCHITECTURE: error('An image is built on an instance type of another architecture.'),

  INSTANCE_PROFILE_MISSING: error('An instance profile does not exist, or has no role in it.'),
  INSTANCE_PROFILE_NOT_TRUSTING_EC2: error('EC2 may not take the role of an instance profile.'),
  INSTANCE_PROFILE_WITHOUT_SESSIONS: error('The role of an instance profile does not allow Session Manager.'),
  PASS_ROLE_REFUSED: error('The role of builds may not give an instance its role.'),
  SCP_DENIES_ACTION: error('A policy of the organisation denies something that the bakery has to do.'),
  SCP_DENIES_REGION: error('A region that images go to refuses what others allow.'),
  BOUNDARY_DENIES_ACTION: error(
    'The permissions boundary does not allow something that the bakery has to do.',
  ),

  UPSTREAM_SUBSCRIPTION_MISSING: error('An upstream’s announcements are not subscribed to.'),
  UPSTREAM_SUBSCRIPTION_PENDING: error('A subscription to an upstream’s announcements was never confirmed.'),
  UPSTREAM_FILTER_DROPS: error('The filter of a subscription drops announcements that are needed.'),
  TOPIC_MISSING: error('The topic of the bakery’s announcements does not exist.'),
  TOPIC_OPEN: error('Anybody may publish to the bakery’s topic, or subscribe to it.'),
  TOPIC_LACKS_FOLLOWERS: error('Accounts that are to follow the bakery may not subscribe to its topic.'),
  DEAD_LETTERS: warning('Messages or events that nobody could handle wait in a dead-letter queue.'),

  PARAMETER_DRIFT: error('A channel’s parameter does not hold the AMI that the ledger says.'),
  AMI_GONE: error('The AMI that a channel points to is deregistered, disabled or was never there.'),
  LAUNCH_PERMISSIONS_DRIFT: error('An AMI is shared with others than bakery.yml says.'),
  PARAMETER_FOREIGN: warning('A parameter below the bakery’s prefix is not the bakery’s.'),
  PARAMETER_HISTORY_LABELLED: error('A parameter has a hundred versions, and a label on the oldest.'),

  REPO_MISSING: error('The image repo, or its branch, does not exist.'),
  BUILD_PROJECT_MISSING: error('The CodeBuild project does not exist.'),
  BUILD_PROJECT_LIMIT: warning('The CodeBuild project runs fewer builds at once than the settings say.'),
} satisfies Record<string, Code>;

export type DoctorCode = keyof typeof codes;

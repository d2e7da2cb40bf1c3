import { known, type Known } from '../definitions/known';
import type { ProfileFacts, Right, RightsFacts } from '../preflight/facts';
import type { CheckedImage } from '../preflight/subject';
import type { DoctorDeps } from './deps';
import { tryToKnow } from './try-to-know';

/** What an organisation is most likely to forbid, of what builds do (infra/bake-actions.ts has all of it). */
const buildActions = [
  'ec2:RunInstances',
  'ec2:CreateImage',
  'ec2:CreateKeyPair',
  'ec2:CreateSecurityGroup',
  'ec2:CreateTags',
  'ec2:TerminateInstances',
  'logs:PutLogEvents',
];
/** In every region that images go to. */
const regionActions = [
  'ec2:DescribeImages',
  'ec2:CreateTags',
  'ec2:ModifyImageAttribute',
  'ssm:PutParameter',
];
const copyActions = ['ec2:CopyImage'];

/** Of AmazonSSMManagedInstanceCore: without these there is no session. */
const sessionActions = [
  'ssm:UpdateInstanceInformation',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
];

/** What the roles of the stack are allowed by organisation and boundary. */
export async function lookAtRights(
  { subject, roles }: DoctorDeps,
  regions: readonly string[],
): Promise<RightsFacts[]> {
  const { settings, bakeRoleArn, reconcileRoleArn } = subject;
  const asked = [
    ...(bakeRoleArn === undefined
      ? []
      : [{ role: bakeRoleArn, region: settings.region, actions: buildActions }]),
    ...(reconcileRoleArn === undefined
      ? []
      : regions.map((region) => ({
          role: reconcileRoleArn,
          region,
          actions: region === settings.region ? regionActions : [...regionActions, ...copyActions],
        }))),
  ];
  return Promise.all(
    asked.map(async ({ role, region, actions }) => ({
      role,
      region,
      rights: await tryToKnow(() =>
        roles.simulate({ roleArn: role, actions, context: { 'aws:RequestedRegion': region } }),
      ),
    })),
  );
}

/** Every instance profile that the settings or an image names. */
export async function lookAtProfiles(
  deps: DoctorDeps,
  images: readonly CheckedImage[],
  deployed: boolean,
): Promise<ProfileFacts[]> {
  return Promise.all(profilesOf(deps, images).map((it) => lookAtProfile(deps, it, deployed)));
}

type Named = Pick<ProfileFacts, 'profile' | 'role' | 'by'>;

function profilesOf({ subject }: DoctorDeps, images: readonly CheckedImage[]): Named[] {
  const found = new Map<string, Named>();
  const add = (profile: string | undefined, by: string, role?: string) => {
    if (profile === undefined) return;
    const name = profile.split('/').at(-1)!;
    const before = found.get(name);
    found.set(name, { profile: name, role: before?.role ?? role, by: [...(before?.by ?? []), by] });
  };
  for (const { profile, role } of subject.profiles)
    add(profile, `${subject.source}, stack.bake.instanceProfiles`, role);
  add(subject.settings.instanceProfile, `${subject.source}, settings.instanceProfile`);
  for (const { key, instanceProfile } of images)
    if (instanceProfile !== subject.settings.instanceProfile) add(instanceProfile, key);
  return [...found.values()];
}

async function lookAtProfile(
  { subject, roles }: DoctorDeps,
  named: Named,
  deployed: boolean,
): Promise<ProfileFacts> {
  const seen = await tryToKnow(() => roles.instanceProfile(named.profile));
  const [role] = (seen.known ? seen.value?.roles : undefined) ?? [];
  const nothing: Known<Right[]> = known([]);
  if (role === undefined) return { ...named, seen, sessions: nothing, pass: nothing };
  const { bakeRoleArn, settings } = subject;
  const bySession = settings.network.sshInterface === 'session_manager';
  const here = { 'aws:RequestedRegion': settings.region };
  const [sessions, pass] = await Promise.all([
    bySession
      ? tryToKnow(() => roles.simulate({ roleArn: role.arn, actions: sessionActions, context: here }))
      : nothing,
    deployed && bakeRoleArn !== undefined
      ? tryToKnow(() =>
          roles.simulate({
            roleArn: bakeRoleArn,
            actions: ['iam:PassRole'],
            resources: [role.arn],
            context: { ...here, 'iam:PassedToService': 'ec2.amazonaws.com' },
          }),
        )
      : nothing,
  ]);
  return { ...named, seen, sessions, pass };
}

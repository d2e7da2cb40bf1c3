import { awsCommand } from '../aws-command';
import type { Facts, ProfileFacts, Right } from '../facts';
import { command, configuration, Judging, statement } from '../finding';
import { parsePolicy, statementsOf } from '../policy-document';
import { partitionOf } from '../subject';

const managedPolicy = 'policy/AmazonSSMManagedInstanceCore';

/** Profiles that builds give to their instances: there, trusted, able to hold a session, and allowed to be given. */
export function instanceProfiles(facts: Facts): Judging {
  const judging = new Judging();
  for (const profile of facts.profiles) {
    judging.given(`the instance profile ${profile.profile}`, profile.seen, (seen) => {
      const [role] = seen?.roles ?? [];
      if (seen === undefined || role === undefined)
        return tellMissing(judging, facts, profile, seen !== undefined);
      if (!trustsEc2(role.trust)) tellTrust(judging, facts, role);
      judgeSessions(judging, facts, profile, role);
      judgePass(judging, facts, profile, role);
    });
  }
  return judging;
}

/** What organisation or boundary deny is told by rights.ts: these cures would not help. */
const refusedHere = ({ allowed, allowedByOrganization, allowedByBoundary }: Right): boolean =>
  !allowed && allowedByOrganization !== false && allowedByBoundary !== false;

function tellMissing(
  judging: Judging,
  { subject }: Facts,
  { profile, by }: ProfileFacts,
  empty: boolean,
): void {
  const { region } = subject.settings;
  judging.find('INSTANCE_PROFILE_MISSING', {
    subject: profile,
    region,
    found: empty
      ? `The instance profile ${profile} has no role in it; ${by.join(', ')} asks for it.`
      : `There is no instance profile ${profile}; ${by.join(', ')} asks for it.`,
    fails: 'Packer refuses to launch: every bake that uses it fails.',
    cures: [
      ...(empty
        ? []
        : [
            command(
              'in this account',
              awsCommand('iam create-instance-profile', region, { 'instance-profile-name': profile }),
            ),
          ]),
      command(
        'in this account',
        awsCommand('iam add-role-to-instance-profile', region, {
          'instance-profile-name': profile,
          'role-name': profile,
        }),
      ),
    ],
  });
}

function trustsEc2(trust: string): boolean {
  const document = parsePolicy(trust);
  if (document === undefined) return false;
  return statementsOf(document).some(({ Effect, Principal }) => {
    const services = (Principal as { Service?: string | string[] } | undefined)?.Service ?? [];
    return Effect === 'Allow' && [services].flat().some((it) => it.startsWith('ec2.amazonaws.com'));
  });
}

function tellTrust(judging: Judging, { subject }: Facts, role: { arn: string; name: string }): void {
  const { region } = subject.settings;
  const document = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  judging.find('INSTANCE_PROFILE_NOT_TRUSTING_EC2', {
    subject: role.arn,
    region,
    found: `The trust policy of ${role.name} does not name ec2.amazonaws.com.`,
    fails:
      'Instances have no credentials: no session can be opened, and what the scripts call of AWS is refused.',
    cures: [
      command(
        'in this account',
        awsCommand('iam update-assume-role-policy', region, {
          'role-name': role.name,
          'policy-document': document,
        }),
      ),
    ],
  });
}

function judgeSessions(
  judging: Judging,
  { subject }: Facts,
  { profile, sessions }: ProfileFacts,
  role: { arn: string; name: string },
): void {
  const { network, region } = subject.settings;
  if (network.sshInterface !== 'session_manager') return;
  judging.given(`what the role of ${profile} may do`, sessions, (rights) => {
    const refused = rights.filter(refusedHere).map(({ action }) => action);
    if (refused.length === 0) return;
    judging.find('INSTANCE_PROFILE_WITHOUT_SESSIONS', {
      subject: role.arn,
      region,
      found: `${role.name} may not ${refused.join(', ')}, and sshInterface is session_manager.`,
      fails: 'Packer waits for a session with the instance until its time is over.',
      cures: [
        command(
          'in this account',
          awsCommand('iam attach-role-policy', region, {
            'role-name': role.name,
            'policy-arn': `arn:${partitionOf(region)}:iam::aws:${managedPolicy}`,
          }),
        ),
      ],
    });
  });
}

function judgePass(
  judging: Judging,
  { subject }: Facts,
  { profile, pass }: ProfileFacts,
  role: { arn: string; name: string },
): void {
  const { bakeRoleArn, source, settings } = subject;
  if (bakeRoleArn === undefined) return;
  judging.given(`whether builds may pass the role of ${profile}`, pass, (rights) => {
    const refused = rights.filter(refusedHere);
    if (refused.length === 0) return;
    judging.find('PASS_ROLE_REFUSED', {
      subject: role.arn,
      region: settings.region,
      found: `${bakeRoleArn} may not ${refused.map(({ action }) => action).join(', ')} on ${role.arn}.`,
      fails: 'RunInstances is refused: every bake that uses the profile fails.',
      cures: [
        configuration(
          `${source}, stack.bake`,
          `instanceProfiles: [{ profile: ${profile}, role: ${role.name} }]   # and deploy`,
        ),
        statement('which is, in the role of builds', {
          Effect: 'Allow',
          Action: 'iam:PassRole',
          Resource: role.arn,
          Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
        }),
      ],
    });
  });
}

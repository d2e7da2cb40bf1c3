import type { Facts, ProfileFacts, RightsFacts } from '../facts';
import { advice, Judging, statement } from '../finding';
import type { Subject } from '../subject';

/**
 * What is denied from outside the account's own policies: by the organisation (a service control policy), or by the
 * permissions boundary. IAM's simulation says so itself; a region that is refused outright shows by refusing a look.
 */
export function rightsFromOutside({ rights, regions, profiles, subject }: Facts): Judging {
  const judging = new Judging();
  for (const { region, refused } of regions) {
    if (!refused || region === subject.settings.region) continue;
    judging.find('SCP_DENIES_REGION', {
      subject: region,
      region,
      found: `EC2 refuses in ${region} what it allows in ${subject.settings.region} to the same person: the mark of a policy of the organisation that allows certain regions only, or of a region that the account has not opted in to.`,
      fails: `No image gets to ${region}.`,
      cures: [
        advice(
          'to those who keep the organisation’s policies',
          `Please add ${region} to the regions that account ${subject.settings.account} may use: to the list under aws:RequestedRegion in the statement that denies all others.`,
        ),
        advice(
          'where it is a region that has to be opted in to',
          `aws account enable-region --region-name ${region}`,
        ),
      ],
    });
  }
  const ofProfiles = profiles.flatMap((profile) => rightsOf(profile, subject));
  for (const it of [...rights, ...ofProfiles])
    judging.given(`what ${it.role} may do in ${it.region}`, it.rights, (all) => {
      const denied = (by: 'allowedByOrganization' | 'allowedByBoundary') =>
        all.filter((right) => right[by] === false).map(({ action }) => action);
      const byOrganization = denied('allowedByOrganization');
      const byBoundary = denied('allowedByBoundary').filter((action) => !byOrganization.includes(action));
      if (byOrganization.length > 0) tellOrganization(judging, it, byOrganization, subject.settings.account);
      if (byBoundary.length > 0) tellBoundary(judging, it, byBoundary);
    });
  return judging;
}

/** What instances of the profile, and builds that give it to them, may do. */
const rightsOf = (
  { seen, sessions, pass }: ProfileFacts,
  { bakeRoleArn, settings: { region } }: Subject,
): RightsFacts[] => {
  const [role] = (seen.known ? seen.value?.roles : undefined) ?? [];
  return [
    ...(role === undefined ? [] : [{ role: role.arn, region, rights: sessions }]),
    ...(bakeRoleArn === undefined ? [] : [{ role: bakeRoleArn, region, rights: pass }]),
  ];
};

function tellOrganization(
  judging: Judging,
  { role, region }: RightsFacts,
  actions: string[],
  account: string,
): void {
  judging.find('SCP_DENIES_ACTION', {
    subject: role,
    region,
    found: `A policy of the organisation denies ${role} in ${region}: ${actions.join(', ')}.`,
    fails: 'Whatever the account’s own policies say, these calls are refused.',
    cures: [
      advice(
        'to those who keep the organisation’s policies',
        `Please except the role from the statement that denies ${actions.join(', ')} in account ${account}:`,
      ),
      statement('the condition of the exception, in that statement', {
        Condition: { ArnNotLike: { 'aws:PrincipalArn': role } },
      }),
    ],
  });
}

function tellBoundary(judging: Judging, { role, region }: RightsFacts, actions: string[]): void {
  judging.find('BOUNDARY_DENIES_ACTION', {
    subject: role,
    region,
    found: `The permissions boundary of ${role} does not allow in ${region}: ${actions.join(', ')}.`,
    fails: 'Whatever the role’s own policies say, these calls are refused.',
    cures: [
      statement('in the policy that is the boundary', {
        Sid: 'AmiBakery',
        Effect: 'Allow',
        Action: actions,
        Resource: '*',
      }),
    ],
  });
}

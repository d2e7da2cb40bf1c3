import { awsCommand } from '../aws-command';
import type { Facts } from '../facts';
import { advice, command, configuration, Judging } from '../finding';

/** Where bakery.yml comes from. */
export function repo({ repo: seen, subject, deployed }: Facts): Judging {
  const judging = new Judging();
  const { repo: wanted, region: own } = subject.settings;
  if (wanted === undefined) return judging;
  const region = wanted.region ?? own;
  judging.given(`the image repo ${wanted.name}`, seen, ({ repository, branch }) => {
    if (repository && branch) return;
    // The stack makes the repo, unless it is said to exist; a branch comes with the first push.
    if (!repository && deployed.known && !deployed.value && subject.makesRepo) return;
    judging.find('REPO_MISSING', {
      subject: wanted.name,
      region,
      found: repository
        ? `The image repo ${wanted.name} has no branch ${wanted.branch}.`
        : `There is no image repo ${wanted.name} in ${region}.`,
      fails: 'There is no bakery.yml: nothing is planned, and nothing is baked.',
      cures: repository
        ? [
            advice('push to it', `git push codecommit::${region}://${wanted.name} HEAD:${wanted.branch}`),
            configuration(`or in ${subject.source}, settings.repo`, 'branch: the one that is in force'),
          ]
        : [
            command(
              'in this account',
              awsCommand('codecommit create-repository', region, { 'repository-name': wanted.name }),
            ),
            configuration(`or in ${subject.source}, settings.repo`, 'name: one that is there'),
          ],
    });
  });
  return judging;
}

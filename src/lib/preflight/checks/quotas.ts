import { awsCommand } from '../aws-command';
import type { Facts } from '../facts';
import { command, configuration, Judging } from '../finding';

/** AMIs for each Region (EC2 quotas). */
export const amiQuotaCode = 'L-B665C33B';

/** From here on a bakery that bakes every night has weeks left, not months. */
const nearlyUsed = 0.9;

/** Room for builds and for what they make. */
export function quotas({ subject, builds, regions }: Facts): Judging {
  const judging = new Judging();
  const { settings, source, buildMachine } = subject;
  if (buildMachine !== undefined)
    judging.given('the CodeBuild quota', builds.quota, (quota) => {
      const wanted = settings.maxConcurrentBuilds;
      if (quota === undefined || quota.value >= wanted) return;
      judging.find('CODEBUILD_QUOTA_LOW', {
        subject: quota.code,
        region: settings.region,
        found: `"${quota.name}" (${quota.code}) is ${quota.value}, and maxConcurrentBuilds is ${wanted}.`,
        fails:
          quota.value === 0
            ? 'No build can start at all.'
            : `Of ${wanted} builds that are due, CodeBuild refuses all beyond ${quota.value}: they are tried again and again, later than need be.`,
        cures: [
          command(
            'in this account',
            awsCommand('service-quotas request-service-quota-increase', settings.region, {
              'service-code': 'codebuild',
              'quota-code': quota.code,
              'desired-value': wanted,
            }),
          ),
          ...(quota.value > 0
            ? [configuration(`or in ${source}, settings`, `maxConcurrentBuilds: ${quota.value}`)]
            : []),
        ],
      });
    });
  for (const { region, amis, amiQuota, refused } of regions) {
    if (refused) continue;
    judging.given(`the AMIs of ${region}`, amis, (used) =>
      judging.given(`the AMI quota of ${region}`, amiQuota, (quota) => {
        if (quota === undefined || used < quota * nearlyUsed) return;
        judging.find('AMI_QUOTA_NEARLY_USED', {
          subject: amiQuotaCode,
          region,
          found: `${used} of ${quota} AMIs are used in ${region}.`,
          fails:
            'When they are all used, no build and no copy can make another: each ends failed after all its time.',
          cures: [
            command(
              'in this account',
              awsCommand('service-quotas request-service-quota-increase', region, {
                'service-code': 'ec2',
                'quota-code': amiQuotaCode,
                'desired-value': quota * 2,
              }),
            ),
            configuration('or in bakery.yml, under defaults', 'retain: { count: 3, days: 30 }'),
          ],
        });
      }),
    );
  }
  return judging;
}

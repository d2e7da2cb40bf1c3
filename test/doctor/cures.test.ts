import type { DoctorCode } from '../../src/lib/preflight/codes';
import { readAwsCommand } from '../../src/local/aws/aws-command-line';
import { accounts } from '../support/memory-bakery';
import { HealthyWorld, owner } from './healthy-world';
import { planted } from './planted';

let world: HealthyWorld;
beforeEach(async () => {
  world = await HealthyWorld.make();
});
afterEach(() => world.made.close());

/** Those whose cure is one command in the account, complete as it is printed. */
const byCommand: DoctorCode[] = [
  'KMS_POLICY_LACKS_CONSUMERS',
  'KMS_KEY_UNUSABLE',
  'KMS_GRANT_MISSING',
  'CODEBUILD_QUOTA_LOW',
  'AMI_QUOTA_NEARLY_USED',
  'INSTANCE_PROFILE_NOT_TRUSTING_EC2',
  'INSTANCE_PROFILE_WITHOUT_SESSIONS',
  'UPSTREAM_SUBSCRIPTION_MISSING',
  'UPSTREAM_FILTER_DROPS',
  'TOPIC_OPEN',
  'TOPIC_LACKS_FOLLOWERS',
  'PARAMETER_DRIFT',
  'LAUNCH_PERMISSIONS_DRIFT',
  'PARAMETER_FOREIGN',
  'VPC_ENDPOINTS_MISSING',
];

test.each(planted.filter(({ code }) => byCommand.includes(code)))(
  'the commands that are printed cure $code: $what',
  async ({ code, plant, account = accounts.platform }) => {
    await plant(world);
    // A cure may uncover what could not be seen before it.
    for (let round = 0; round < 3; round += 1) {
      const { findings } = await world.diagnose(account);
      if (round === 0) expect(findings.map((it) => it.code)).toContain(code);
      for (const { text } of findings.flatMap(({ cures }) => cures.filter(isRun))) {
        const { service, operation, region, input } = readAwsCommand(text);
        await world.aws.services.call(service, operation, input, { ...owner, account, region });
      }
      await world.made.settle();
    }
    const { findings, unchecked } = await world.diagnose(account);
    // Followers may have been let in again, by policy, and subscribe on their own.
    expect({ findings, unchecked }).toEqual({ findings: [], unchecked: [] });
  },
);

/** Alternatives ("or …") and words to be filled in are for people. */
const isRun = ({ kind, where, text }: { kind: string; where: string; text: string }): boolean =>
  kind === 'command' &&
  text.startsWith('aws ') &&
  !/[A-Z]+-ID\b/.test(text) &&
  (!where.startsWith('or ') || text.startsWith('aws ssm delete-parameter'));

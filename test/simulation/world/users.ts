import { region } from '../../../src/local/bakery/deployment';
import type { Life } from '../plan/plan';
import type { SimUniverse } from './sim-universe';

type Refer = Extract<Life, { do: 'refer' }>;

/** People who use AMIs for a while, the account's own ones. */
export class Users {
  #count = 0;

  constructor(private readonly universe: SimUniverse) {}

  /** What EC2 refuses them, they do without. */
  refer({ account: index, what, pick, forMs }: Refer): void {
    const { universe } = this;
    const { id: account } = universe.account(index);
    const all = universe.look.amisOf(account).filter(({ region: its }) => its === region);
    // Rather than what is in use anyway, what somebody has left behind.
    const left = all.filter(({ image }) => image.DeprecationTime !== undefined);
    const amis = left.length > 0 && pick % 4 > 0 ? left : all;
    const amiId = amis[pick % Math.max(1, amis.length)]?.image.ImageId;
    if (amiId === undefined) return;
    const end = this.#begin(account, what, amiId);
    if (end === undefined) return;
    const use = { atMs: universe.nowMs(), account, what, amiId, untilMs: Infinity };
    universe.people.uses.push(use);
    universe.aws.scheduler.after(forMs, `${what} of ${amiId} ends`, () => {
      end();
      use.untilMs = universe.nowMs();
    });
  }

  #begin(account: string, what: Refer['what'], ImageId: string): (() => void) | undefined {
    const { ec2, ssm, autoScaling } = this.universe.aws;
    const site = { account, region, caller: 'person' };
    const name = `user-${(this.#count += 1)}`;
    try {
      switch (what) {
        case 'instance': {
          const type = ec2.storedImage(region, ImageId)?.image.Architecture === 'arm64' ? 'm7g' : 'm7i';
          const launch = { ImageId, InstanceType: `${type}.large` as never, MinCount: 1, MaxCount: 1 };
          const ids = [ec2.RunInstances(launch, site).Instances![0]!.InstanceId!];
          return () => void ec2.TerminateInstances({ InstanceIds: ids }, site);
        }
        case 'template': {
          ec2.CreateLaunchTemplate({ LaunchTemplateName: name, LaunchTemplateData: { ImageId } }, site);
          for (let version = 0; version < 12; version += 1)
            ec2.CreateLaunchTemplateVersion({ LaunchTemplateName: name, LaunchTemplateData: {} }, site);
          return () => void ec2.DeleteLaunchTemplate({ LaunchTemplateName: name }, site);
        }
        case 'configuration':
          autoScaling.CreateLaunchConfiguration({ LaunchConfigurationName: name, ImageId }, site);
          return () => void autoScaling.DeleteLaunchConfiguration({ LaunchConfigurationName: name }, site);
        case 'parameter':
          // Of the type that is stored at once.
          void ssm.PutParameter({ Name: `/teams/${name}`, Value: ImageId, Type: 'String' }, site);
          return () => void ssm.DeleteParameter({ Name: `/teams/${name}` }, site);
        case 'protection':
          ec2.EnableImageDeregistrationProtection({ ImageId }, site);
          return () => {
            // It is one switch for all who want it: the last of them lets go.
            const wanted = this.universe.people.uses.filter(
              (use) => use.what === what && use.amiId === ImageId && use.untilMs === Infinity,
            );
            if (wanted.length === 1 && ec2.storedImage(region, ImageId)?.deregistered === false)
              ec2.DisableImageDeregistrationProtection({ ImageId }, site);
          };
      }
    } catch (error) {
      if (error instanceof Error && '$fault' in error) return undefined;
      throw error;
    }
  }
}

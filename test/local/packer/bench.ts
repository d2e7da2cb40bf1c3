import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CallLog } from '../../../src/local/aws/call-log';
import { Chance } from '../../../src/local/aws/chance';
import { ShiftedClock } from '../../../src/local/aws/clock';
import { LocalEc2 } from '../../../src/local/aws/ec2/local-ec2';
import { Faults } from '../../../src/local/aws/faults';
import { LocalScheduler } from '../../../src/local/aws/local-scheduler';
import { LocalServices } from '../../../src/local/aws/registry';
import { LocalSts } from '../../../src/local/aws/sts';
import type { CallSite } from '../../../src/local/aws/world';
import { createPackerBench, type BuildEnvironmentRequest } from '../../../src/local/packer/bench';

export const platform: CallSite = { account: '111111111111', region: 'eu-west-1', caller: 'test' };
export const shop: CallSite = { ...platform, account: '222222222222' };
export const amazonLinux = 'ami-01ccc867';

export interface Ended {
  exitCode: number | null;
  output: string;
}

/** A local EC2 with the network and the AMI of the fixtures, and builds that find `packer` on their PATH. */
export async function packerBench(realPacker?: string) {
  const clock = new ShiftedClock();
  const scheduler = new LocalScheduler(clock);
  const world = { clock, scheduler, chance: new Chance(1), events: { put: () => undefined } };
  const ec2 = new LocalEc2(world);
  ec2.seedPublicImage({
    region: 'eu-west-1',
    amiId: amazonLinux,
    name: 'amzn-ami-hvm-2017.03.0.20170417-x86_64-gp2',
    owner: '137112412989',
  });
  ec2.seedSubnet(platform, { subnetId: 'subnet-4d13d12a', vpcId: 'vpc-4925e72e' });
  const log = new CallLog();
  const services = new LocalServices(world, log, new Faults());
  services.register('EC2', ec2);
  services.register('STS', new LocalSts(world));
  const bench = createPackerBench({ call: services.call.bind(services), realPacker });
  await bench.start();
  let running = true;
  const turning = (async () => {
    while (running) {
      await scheduler.runDue();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  const folders: string[] = [];
  return {
    ec2,
    bench,
    log,
    /** A folder with these files; removed at the end. */
    folder(files: Record<string, string>, from?: string): string {
      const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bakery-test-')));
      folders.push(folder);
      if (from !== undefined) cpSync(from, folder, { recursive: true });
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
      }
      return folder;
    },
    async start(workDir: string, args: string[], request: Partial<BuildEnvironmentRequest> = {}) {
      const build = await bench.environmentFor({
        account: platform.account,
        region: 'eu-west-1',
        bakeId: 'b-test',
        workDir,
        ...request,
      });
      const child = spawn(join(build.pathPrefix, 'packer'), args, {
        cwd: workDir,
        env: { ...build.env, PATH: `${build.pathPrefix}:/usr/bin:/bin`, HOME: workDir },
        detached: true,
      });
      let output = '';
      child.stdout.on('data', (data: Buffer) => (output += data.toString()));
      child.stderr.on('data', (data: Buffer) => (output += data.toString()));
      const ended = new Promise<Ended>((resolve) => {
        child.on('close', (exitCode) => resolve({ exitCode, output }));
      });
      return {
        child,
        build,
        ended,
        output: () => output,
        seen: async (text: string) => {
          while (!output.includes(text)) await new Promise((resolve) => setTimeout(resolve, 20));
        },
      };
    },
    async run(workDir: string, args: string[], request: Partial<BuildEnvironmentRequest> = {}) {
      const started = await this.start(workDir, args, request);
      const ended = await started.ended;
      const transcript = [...started.build.transcript()];
      await started.build.close();
      return { ...ended, transcript };
    },
    instances: (at = platform) =>
      ec2.DescribeInstances({}, at).Reservations!.flatMap((reservation) => reservation.Instances!),
    images: (at = platform) => ec2.DescribeImages({ Owners: ['self'] }, at).Images!,
    groups: (at = platform) => ec2.DescribeSecurityGroups({}, at).SecurityGroups!.map((g) => g.GroupName!),
    async stop() {
      running = false;
      await turning;
      await bench.stop();
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { amazonLinux, packerBench, platform, shop } from './bench';
import { installedPacker } from './real-packer';
import { modern, shell } from './templates';

const article = join(import.meta.dirname, '../../fixtures/templates/article');
const real = installedPacker === undefined ? describe.skip : describe;

/** The same builds, by the real Packer (where it is installed) and by the stand-in. */
const players = [
  { who: 'the real Packer', suite: real, packer: installedPacker },
  { who: 'the stand-in', suite: describe, packer: undefined },
];

for (const { who, suite, packer } of players) {
  suite(`a build by ${who}`, () => {
    let world: Awaited<ReturnType<typeof packerBench>>;
    beforeAll(async () => {
      world = await packerBench(packer);
    });
    afterAll(() => world.stop());
    const seen = () => new Set(world.images().map(({ ImageId }) => ImageId));
    const newImages = (before: Set<string | undefined>) =>
      world.images().filter(({ ImageId }) => !before.has(ImageId));
    const allTerminated = () => world.instances().every(({ State }) => State!.Name === 'terminated');

    it('of the classic article template, untouched, makes an AMI of its source', async () => {
      const before = seen();
      const folder = world.folder({}, article);
      const { exitCode, output, transcript } = await world.run(folder, ['build', 'packer.json']);
      expect(output).toContain('amazon-ebs: AMI: ami-');
      expect(exitCode).toBe(0);
      expect(newImages(before)).toMatchObject([
        {
          State: 'available',
          SourceImageId: amazonLinux,
          Name: expect.stringMatching(/^yum-upgrade \d{10}$/) as string,
        },
      ]);
      const scripts = transcript.flatMap((entry) => (entry.kind === 'command' ? (entry.script ?? []) : []));
      expect(scripts).toEqual([expect.stringMatching(/sleep 30\nsudo yum update -y/)]);
      expect(allTerminated()).toBe(true);
      expect(world.groups().sort()).toEqual(['default', 'default']);
      expect(readFileSync(join(folder, 'packer.json'), 'utf8')).toBe(
        readFileSync(join(article, 'packer.json'), 'utf8'),
      );
    });

    it('of an HCL2 template of today makes a tagged AMI and a manifest', async () => {
      const before = seen();
      const folder = world.folder({ 'web/web.pkr.hcl': modern, 'common/motd': 'welcome\n' });
      const args = ['build', '-color=false', '-var', 'ami_name=web-b-01', 'web'];
      const { exitCode, output, transcript } = await world.run(folder, args);
      expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
      const [image] = newImages(before);
      expect(image).toMatchObject({
        Name: 'web-b-01',
        Tags: expect.arrayContaining([
          { Key: 'Name', Value: 'web-b-01' },
          { Key: 'Marker', Value: 'a } in a string, and web-b-01' },
        ]) as unknown,
        BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 20 } }],
      });
      const launched = world.instances().at(-1)!;
      expect(launched.Tags).toContainEqual({ Key: 'bakery:bake', Value: 'b-test' });
      const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
        builds: { artifact_id: string; packer_run_uuid: string }[];
        last_run_uuid: string;
      };
      expect(manifest.builds).toMatchObject([
        {
          name: 'web',
          builder_type: 'amazon-ebs',
          files: null,
          artifact_id: `eu-west-1:${image!.ImageId}`,
          packer_run_uuid: manifest.last_run_uuid,
        },
      ]);
      expect(transcript).toContainEqual(
        expect.objectContaining({ kind: 'upload', path: '/tmp/motd', text: 'welcome\n' }),
      );
    });

    it.each([
      ['exit 7', 'exit status 7', 7],
      ['false', 'exit status 1', 1],
    ])('whose script says %s fails, and leaves nothing behind', async (line, _said, code) => {
      const before = seen();
      const folder = world.folder({ 't.pkr.hcl': shell(['echo hello', line, 'echo never']) });
      const { exitCode, output, transcript } = await world.run(folder, ['build', 't.pkr.hcl']);
      expect(exitCode).toBe(1);
      expect(output).toContain(`Script exited with non-zero exit status: ${code}`);
      expect(transcript).toContainEqual(expect.objectContaining({ kind: 'command', exitCode: code }));
      expect(newImages(before)).toEqual([]);
      expect(allTerminated()).toBe(true);
      expect(world.groups().sort()).toEqual(['default', 'default']);
    });

    it('of an AMI that is not there fails', async () => {
      const folder = world.folder({
        't.pkr.hcl': shell(['echo hello']).replace(amazonLinux, 'ami-0bbbbbbbbbbbbbbb2'),
      });
      const { exitCode, output } = await world.run(folder, ['build', 't.pkr.hcl']);
      expect(exitCode).toBe(1);
      expect(output).toContain('InvalidAMIID.NotFound');
    });

    it('of a broken template says where it is broken', async () => {
      const broken = modern.replace('ami_name                = var.ami_name', 'ami_name = var.nothing');
      const folder = world.folder({ 't.pkr.hcl': broken });
      const { exitCode, output } = await world.run(folder, ['validate', '-var', 'ami_name=x', 't.pkr.hcl']);
      expect(exitCode).toBe(1);
      const line = broken.split('\n').findIndex((text) => text.includes('var.nothing')) + 1;
      expect(output).toContain(`t.pkr.hcl line ${line}`);
    });

    it('of nothing fails', async () => {
      const folder = world.folder({});
      const { exitCode, output } = await world.run(folder, ['build', 'nothing.pkr.hcl']);
      expect(exitCode).toBe(1);
      expect(output).toContain('nothing.pkr.hcl');
    });

    it('is cleaned up after SIGTERM', async () => {
      const before = seen();
      const folder = world.folder({ 't.pkr.hcl': shell(['echo hello'], 'pause_before_connecting = "30s"') });
      const build = await world.start(folder, ['build', 't.pkr.hcl']);
      await build.seen('Waiting for instance');
      await build.seen('30s');
      build.child.kill('SIGTERM');
      const { exitCode, output } = await build.ended;
      await build.build.close();
      expect(output).toMatch(/[Cc]leanly cancelled/);
      expect(exitCode).toBe(1);
      expect(newImages(before)).toEqual([]);
      expect(allTerminated()).toBe(true);
      expect(world.groups().sort()).toEqual(['default', 'default']);
    });

    it('gives up on instances that cannot be reached', async () => {
      const folder = world.folder({ 't.pkr.hcl': shell(['echo hello'], 'ssh_timeout = "2s"') });
      const { exitCode, output } = await world.run(folder, ['build', 't.pkr.hcl'], { sshUnreachable: true });
      expect(output).toContain('Timeout waiting for SSH.');
      expect(exitCode).toBe(1);
      expect(allTerminated()).toBe(true);
    });

    it('does not mind another beside it, in another account', async () => {
      const folder = world.folder({ 't.pkr.hcl': shell(['echo hello']) });
      const ends = await Promise.all([
        world.run(folder, ['build', 't.pkr.hcl'], { bakeId: 'b-1' }),
        world.run(folder, ['build', 't.pkr.hcl'], { bakeId: 'b-2', account: shop.account }),
      ]);
      expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
      for (const { transcript } of ends) {
        expect(
          transcript.filter((entry) => entry.kind === 'command' && entry.script !== undefined),
        ).toHaveLength(1);
      }
      expect(world.images(shop)).toHaveLength(1);
    });

    it('speaks to nobody but the local EC2', async () => {
      const agents = new Set(world.log.records.map(({ site }) => site.userAgent ?? ''));
      expect([...agents].length).toBeGreaterThan(0);
      for (const agent of agents) {
        expect(agent).toMatch(packer === undefined ? /^bakery-packer-stand-in/ : /Packer|aws-sdk-go|APN/i);
      }
      expect(world.log.records.every(({ site }) => site.region === platform.region)).toBe(true);
    });
  });
}

real('the real Packer, older than the template', () => {
  it('gets it without what it does not know, and each of it is named', async () => {
    const world = await packerBench(installedPacker);
    if (!world.bench.packer.version.startsWith('1.6.')) {
      await world.stop();
      return;
    }
    const folder = world.folder({ 'web/t.pkr.hcl': modern, 'common/motd': 'welcome' });
    const { output, exitCode } = await world.run(folder, ['validate', '-var', 'ami_name=web', 'web']);
    await world.stop();
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    const line = (text: string) => modern.split('\n').findIndex((each) => each.includes(text)) + 1;
    const unknown = `this Packer ${world.bench.packer.version} does not know it`;
    for (const [name, reason] of [
      ['imds_support', unknown],
      ['metadata_options', unknown],
      ['aws_polling', 'the local EC2 is asked every second'],
    ] as const) {
      expect(output).toContain(`local bakery: removed "${name}" (web/t.pkr.hcl:${line(name)}): ${reason}`);
    }
    expect(output).toContain('local bakery: removed "packer" (web/t.pkr.hcl:1)');
  });
});

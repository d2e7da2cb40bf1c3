import { dayMs, hourMs, minuteMs } from '../../src/lib/definitions/instant';
import { deployments } from '../../src/local/bakery/deployment';
import { accounts, MemoryBakery, region } from '../support/memory-bakery';
import { platformFiles } from '../support/starter';

const { platform } = accounts;
const base = 'base-al2023/x86_64';
const web = 'web/x86_64';
const parameter = '/bakery/base-al2023/x86_64/stable';
const at = { account: platform, region };

/** The base waits for the leads, and web is built on it. */
const approved = (changes: Record<string, string> = {}, by = 'leads', more = 'test: checks/') =>
  platformFiles({
    'bakery.yml': `version: 1
defaults: { architectures: [x86_64], channels: [stable] }
images:
  base-al2023:
    base: ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{arch}
    template: base/
    approval: { by: ${by}, expires: 2d }
    ${more}
  web:
    base: image:base-al2023
    template: web/
`,
    'checks/services-up.sh': '#!/bin/sh\nexit 0\n',
    ...changes,
  });

let bakery: MemoryBakery;
beforeEach(() => (bakery = new MemoryBakery()));
afterEach(() => bakery.close());

const decide = async (command: string, more: Record<string, unknown> = {}, alias = ':leads') => {
  const event = { command, image: 'base-al2023', by: 'ann', why: 'looked at it', ...more };
  const answer = await bakery.aws.functions.invoke(at, `approve${alias}`, event);
  await bakery.settle();
  return answer;
};
const decision = async (image = base) => (await bakery.decisions(platform))[image];
const waiting = async () =>
  (await bakery.report(platform)).images.find(({ image }) => image === base)?.live?.bakeId;
const notices = () =>
  bakery
    .calls('SNS', 'Publish')
    .map((input) => input as { TopicArn: string; Subject: string; Message: string })
    .filter(({ TopicArn }) => TopicArn.endsWith(`${platform}:bakery-notices`));

async function pushed(changes: Record<string, string> = {}): Promise<void> {
  bakery.push(platform, approved(changes));
  await bakery.settle();
}

async function published(): Promise<string> {
  await pushed();
  await decide('approve');
  return bakery.parameter(platform, parameter)!;
}

test('a tested bake waits for its group, without a build slot, and is published when one of them agrees', async () => {
  await pushed();
  expect(await decision()).toMatch(
    /^wait: bake b-\w+ waits for approval by leads, which expires at 2026-11-24 12:0\d UTC \(in 48 hours\)$/,
  );
  expect(bakery.parameter(platform, parameter)).toBeUndefined();
  const [wanted] = notices();
  expect(wanted?.Subject).toBe('base-al2023/x86_64: waits for approval by leads');
  expect(wanted?.Message).toContain('It has passed 1 check.');
  expect(wanted?.Message).toContain(`bakery approve ${await waiting()} --why`);

  expect(await decide('approve')).toMatchObject({ accepted: true });
  expect(bakery.parameter(platform, parameter)).toMatch(/^ami-/);
  expect(await decision()).toMatch(/^current: /);
  expect(await decision(web)).toMatch(/^current: /);
  const image = (await bakery.report(platform)).images.find((one) => one.image === base);
  expect(image?.approved).toMatchObject({ by: 'ann', why: 'looked at it' });
  expect(bakery.builds()).toEqual([base, web]);
});

test('waiting for a person holds nobody back who has something to be built on', async () => {
  await published();
  await pushed({ 'base/main.pkr.hcl': '# new', 'web/main.pkr.hcl': '# new' });
  expect(await decision()).toMatch(/waits for approval/);
  expect(await decision(web)).toMatch(/^current: /);
  expect(bakery.builds()).toEqual([base, web, base, web]);
});

test('what is rejected is never published, and says by whom and why', async () => {
  const before = await published();
  await pushed({ 'base/main.pkr.hcl': '# new' });
  await decide('reject', { why: 'not before the freeze' });
  expect(bakery.parameter(platform, parameter)).toBe(before);
  expect(await decision()).toMatch(/^blocked: .* ann \(leads\) rejected it: not before the freeze/);
  expect(notices().at(-1)?.Subject).toBe('base-al2023/x86_64: bake was not published (disapproved)');
  await bakery.pass(5 * minuteMs);
  await bakery.tick(platform);
  expect(bakery.builds().filter((image) => image === base)).toHaveLength(2);
});

test('after half the time there is one reminder, at the end of it a rejection', async () => {
  await pushed();
  const subjects = () => notices().map(({ Subject }) => Subject);
  for (let day = 0; day < 2; day += 1) {
    await bakery.pass(dayMs - hourMs);
    await bakery.tick(platform);
    await bakery.pass(hourMs + minuteMs);
    await bakery.tick(platform);
    await bakery.tick(platform);
  }
  expect(subjects()).toEqual([
    'base-al2023/x86_64: waits for approval by leads',
    'base-al2023/x86_64: still waits for approval by leads',
    'base-al2023/x86_64: bake was not published (approval-expired)',
  ]);
  expect(await decision()).toMatch(/^blocked: .*Nobody of leads approved it within its time/);
  expect(await decide('approve')).toMatchObject({ accepted: true });
  expect(notices().at(-1)?.Message).toContain('does not wait for approval, or waits no longer');
  expect(bakery.parameter(platform, parameter)).toBeUndefined();
});

test.each(['approve', 'reject'])(
  'who would %s after its time decides nothing, read before the clock or not',
  async (word) => {
    await pushed();
    const bake = await waiting();
    // No tick has noticed yet.
    await bakery.pass(2 * dayMs + minuteMs);
    await decide(word);
    expect(notices().find(({ Subject }) => Subject.startsWith('Refused'))?.Message).toMatch(
      new RegExp(`${bake} could be decided on until 2026-11-24T12:0\\S+, and ann did at 2026-11-24T12:0`),
    );
    expect(await decision()).toMatch(/^blocked: .*Nobody of leads approved it within its time/);
    expect(bakery.parameter(platform, parameter)).toBeUndefined();
  },
);

test('something newer takes its place, in one write, and the old word does not count for it', async () => {
  await pushed();
  const old = await waiting();
  await pushed({ 'base/main.pkr.hcl': '# newer' });
  const newer = await waiting();
  expect(newer).not.toBe(old);
  await decide('approve', { bake: old });
  expect(notices().at(-1)?.Message).toContain(`bake ${old} of base-al2023/x86_64 does not wait`);
  expect(bakery.parameter(platform, parameter)).toBeUndefined();
  await decide('approve', { bake: newer });
  expect(bakery.parameter(platform, parameter)).toMatch(/^ami-/);
});

test('a commit that asks for what is published ends the wait', async () => {
  const before = await published();
  await pushed({ 'base/main.pkr.hcl': '# new' });
  expect(await waiting()).toBeDefined();
  await pushed();
  expect(await waiting()).toBeUndefined();
  expect(await decision()).toMatch(/^current: /);
  expect(bakery.parameter(platform, parameter)).toBe(before);
});

test('of two who decide at once the first counts, and the second is told', async () => {
  await pushed();
  const bake = await waiting();
  const ask = (command: string, by: string) =>
    bakery.aws.functions.invoke(at, 'approve:leads', { command, image: base, bake, by, why: `says ${by}` });
  expect(await ask('approve', 'ann')).toMatchObject({ accepted: true });
  expect(await ask('reject', 'bob')).toMatchObject({ accepted: true });
  await bakery.settle();
  expect(bakery.parameter(platform, parameter)).toMatch(/^ami-/);
  expect(notices().at(-1)?.Message).toMatch(
    /bob asked for "reject base-al2023\/x86_64".*Nothing was changed/,
  );
});

test.each([
  ['the function itself', ''],
  ['a version', ':7'],
  ['another group', ':everybody'],
])('who comes by %s decides nothing', async (_, alias) => {
  await pushed();
  expect(await decide('approve', {}, alias)).toMatchObject({ accepted: false });
  expect(await decision()).toMatch(/waits for approval/);
});

test('a group decides only on what waits for it, and the function for commands on nothing', async () => {
  bakery.close();
  const all = deployments({ mirrors: [] });
  for (const { settings } of all) settings.approvers.push('others');
  bakery = new MemoryBakery({ deployments: all });
  await pushed();
  await decide('approve', {}, ':others');
  expect(notices().at(-1)?.Message).toContain('waits for approval by leads, and ann came as others');
  const event = { command: 'approve', image: base, by: 'ann', why: 'x', group: 'leads' };
  expect(await bakery.aws.functions.invoke(at, 'command', event)).toMatchObject({ accepted: false });
  await bakery.settle();
  expect(await decision()).toMatch(/waits for approval/);
});

test('an AMI that is gone is not approved', async () => {
  await pushed();
  const [image] = bakery.aws.ec2.DescribeImages({ Owners: ['self'] }, { ...at, caller: 'test' }).Images ?? [];
  await bakery.aws.services.call(
    'EC2',
    'DeregisterImage',
    { ImageId: image?.ImageId },
    { ...at, caller: 'x' },
  );
  await decide('approve');
  expect(notices().at(-1)?.Message).toContain(`${image?.ImageId} is there no longer`);
  expect(await decision()).toMatch(/waits for approval/);
});

test('a group that the settings do not name blocks the image', async () => {
  bakery.push(platform, approved({}, 'nobody'));
  await bakery.settle();
  expect(await decision()).toBe('blocked: the setting approvers does not allow approval by nobody');
  expect(bakery.builds()).toEqual([]);
});

test('what nobody ever approved is not published again in place of a bake', async () => {
  const unasked = (main: string) => {
    const files = approved({ 'base/main.pkr.hcl': main });
    const text = String(files['bakery.yml']).replace(/^ *approval: .*\n/m, '');
    return { ...files, 'bakery.yml': text };
  };
  for (const main of ['# one', '# two']) {
    bakery.push(platform, unasked(main));
    await bakery.settle();
  }
  bakery.aws.log.step = 'back';
  await pushed({ 'base/main.pkr.hcl': '# one' });
  expect(await decision()).toMatch(/waits for approval/);
  expect(bakery.builds('back')).toContain(base);
});

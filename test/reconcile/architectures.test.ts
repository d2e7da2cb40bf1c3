import { hourMs, minuteMs } from '../../src/lib/definitions/instant';
import { accounts, MemoryBakery, region } from '../support/memory-bakery';
import { platformFiles } from '../support/starter';

const { platform } = accounts;

const both = (changes = {}) => {
  const files = platformFiles(changes);
  return { ...files, 'bakery.yml': files['bakery.yml']!.replace('[x86_64]', '[x86_64, arm64]') };
};
const keys = ['base-al2023', 'batch', 'web'].flatMap((name) => [`${name}/arm64`, `${name}/x86_64`]);

test('each architecture is an image of its own: baked, failed, asked for and published by itself', async () => {
  let failArm = false;
  const bakery = new MemoryBakery({
    outcome: (run) =>
      failArm && run.environment['BAKERY_IMAGE'] === 'web/arm64'
        ? { status: 'FAILED', exported: { FAILURE_CLASS: 'script' } }
        : undefined,
  });
  bakery.push(platform, both());
  await bakery.settle();
  expect(bakery.builds().sort()).toEqual(keys);
  const parameters = keys.map((key) => bakery.parameter(platform, `/bakery/${key}/stable`));
  expect(new Set(parameters).size).toBe(keys.length);

  failArm = true;
  bakery.aws.log.step = 'web';
  bakery.push(platform, both({ 'web/main.pkr.hcl': '# changed' }));
  await bakery.settle();
  const decisions = await bakery.decisions(platform);
  expect(decisions['web/arm64']).toMatch(/^blocked: .*script/);
  expect(decisions['web/x86_64']).toMatch(/^current: /);

  failArm = false;
  bakery.aws.log.step = 'asked';
  await bakery.aws.functions.invoke({ account: platform, region }, 'command', {
    command: 'bake',
    image: 'web',
    architecture: 'arm64',
    by: 'alice',
    why: 'try again',
  });
  await bakery.settle();
  expect(bakery.builds('asked')).toEqual(['web/arm64']);

  bakery.aws.log.step = 'night';
  await bakery.pass(15 * hourMs);
  await bakery.tick(platform);
  await bakery.pass(5 * minuteMs);
  await bakery.tick(platform);
  expect(bakery.builds('night').sort()).toEqual(keys);
  for (const decision of Object.values(await bakery.decisions(platform)))
    expect(decision).toMatch(/^current: /);
  bakery.close();
});

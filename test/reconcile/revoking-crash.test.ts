import { hourMs, minuteMs } from '../../src/lib/definitions/instant';
import { accounts, MemoryBakery, region } from '../support/memory-bakery';
import { platformFiles } from '../support/starter';
import { killAt, type When } from '../support/killed';

const { platform } = accounts;
const at = { account: platform, region, caller: 'person' };
const base = 'base-al2023/x86_64';

interface Ended {
  calls: number;
  bakery: MemoryBakery;
  good: Record<string, string>;
  bad: Record<string, string>;
}

/** A base of the night is revoked, or that is taken back; the reconcile is killed at its n-th call after that. */
async function runKilledAt(what: 'revoke' | 'unrevoke', nth: number, when: When): Promise<Ended> {
  const bakery = new MemoryBakery();
  const amis = async () =>
    Object.fromEntries((await bakery.report(platform)).images.map(({ image, amiId = '' }) => [image, amiId]));
  const ask = (command: string, bake: string) =>
    bakery.aws.functions.invoke(at, 'command', { command, bake, by: 'alice', why: 'openssl' });
  const heal = async () => {
    for (let tick = 0; tick < 3; tick += 1) {
      await bakery.pass(5 * minuteMs);
      await bakery.tick(platform);
    }
  };
  bakery.push(platform, platformFiles());
  await bakery.settle();
  const good = await amis();
  await bakery.pass(14 * hourMs);
  await bakery.tick(platform);
  const bad = await amis();
  const { bakeId = '' } = (await bakery.report(platform)).images.find(({ image }) => image === base)!;
  if (what === 'unrevoke') {
    await ask('revoke', bakeId);
    await bakery.settle();
    await heal();
  }
  bakery.aws.log.step = 'then';
  const calls = killAt(bakery, { nth, when, account: platform });
  await ask(what, bakeId);
  await bakery.settle();
  await heal();
  return { calls: calls(), bakery, good, bad };
}

function expectHealed({ bakery, good, bad }: Ended, what: 'revoke' | 'unrevoke'): void {
  const [inUse, other] = what === 'revoke' ? [good, bad] : [bad, good];
  const state = (amiId: string) =>
    bakery.aws.ec2.DescribeImages({ ImageIds: [amiId], IncludeDisabled: true }, at).Images![0]!.State;
  for (const [image, amiId] of Object.entries(inUse)) {
    const [name] = image.split('/');
    expect([image, bakery.parameter(platform, `/bakery/${name}/x86_64/stable`)]).toEqual([image, amiId]);
    expect([image, state(amiId)]).toEqual([image, 'available']);
    expect([image, state(other[image]!)]).toEqual([image, what === 'revoke' ? 'disabled' : 'available']);
  }
  const { LaunchPermissions = [] } = bakery.aws.ec2.DescribeImageAttribute(
    { ImageId: inUse[base]!, Attribute: 'launchPermission' },
    at,
  );
  expect(new Set(LaunchPermissions.map(({ UserId }) => UserId))).toEqual(
    new Set(['222222222222', '333333333333']),
  );
  expect(bakery.builds('then')).toEqual([]);
}

test.each(['revoke', 'unrevoke'] as const)(
  'a reconcile killed at any call after a person asks to %s ends where it would have',
  async (what) => {
    const { calls, ...whole } = await runKilledAt(what, Number.POSITIVE_INFINITY, 'before');
    expectHealed({ calls, ...whole }, what);
    whole.bakery.close();
    expect(calls).toBeGreaterThan(50);
    // Before and after in turn: neighbouring calls are often of one kind, so both meet every kind.
    for (let nth = 1; nth <= calls; nth += 1) {
      const when = nth % 2 === 0 ? 'before' : 'after';
      const killed = await runKilledAt(what, nth, when);
      const [struck] = killed.bakery.aws.faults.struck;
      try {
        expectHealed(killed, what);
      } catch (error) {
        throw new Error(`killed ${when} call ${nth}, ${struck?.call}`, { cause: error });
      }
      killed.bakery.close();
    }
  },
  300_000,
);

import { accounts } from '../support/memory-bakery';
import { far, home, image, travelling, TravellingBakery } from '../support/travelling';
import { killAt, type When } from '../support/killed';

const { platform } = accounts;
/** Kills the reconcile at its n-th call, before the call has its effect or right after. */
async function runKilledAt(nth: number, when: When): Promise<{ calls: number; bakery: TravellingBakery }> {
  const bakery = new TravellingBakery({ ec2: { showDelayMs: 2_000 } });
  const calls = killAt(bakery, { nth, when, account: platform });
  bakery.push(platform, travelling());
  await bakery.settle();
  await bakery.ticks(9);
  return { calls: calls(), bakery };
}

/** One bake, one copy a region, both announced; beside them nothing but the AMI that was built. */
async function expectHealed(bakery: TravellingBakery): Promise<void> {
  expect(await bakery.decision()).toMatch(/^current: ami-/);
  expect(bakery.builds()).toEqual([image]);
  const { amis } = bakery.announced().at(-1)!;
  const [farther, built, published] = [
    bakery.images(far),
    bakery.images(home).filter(({ SourceInstanceId }) => SourceInstanceId !== undefined),
    bakery.images(home).filter(({ SourceInstanceId }) => SourceInstanceId === undefined),
  ];
  expect(farther.map(({ ImageId }) => ImageId)).toEqual([amis[far]]);
  expect(published.map(({ ImageId }) => ImageId)).toEqual([amis[home]]);
  expect(built).toHaveLength(1);
  expect(bakery.parameterIn(home)).toBe(amis[home]);
  expect(bakery.parameterIn(far)).toBe(amis[far]);
}

test('killed at any call, before or after its effect: one copy a region, nothing lost, nothing left but for the janitor', async () => {
  const { calls, bakery } = await runKilledAt(Number.POSITIVE_INFINITY, 'before');
  await expectHealed(bakery);
  expect(bakery.copies()).toHaveLength(2);
  expect(calls).toBeGreaterThan(40);
  bakery.close();
  for (let nth = 1; nth <= calls; nth += 1) {
    // Before and after in turn: neighbouring calls are often of one kind, so both meet every kind.
    const when = nth % 2 === 0 ? 'before' : 'after';
    const killed = await runKilledAt(nth, when);
    const [struck] = killed.bakery.aws.faults.struck;
    await expectHealed(killed.bakery).catch((error: unknown) => {
      throw new Error(`killed ${when} call ${nth}, ${struck?.call}`, { cause: error });
    });
    killed.bakery.close();
  }
}, 240_000);

test('what was built and a copy took the place of is what the janitor takes, and nothing else', async () => {
  const { bakery } = await runKilledAt(Number.POSITIVE_INFINITY, 'before');
  await bakery.aws.scheduler.pass(2 * 60 * 60_000);
  const { amis } = bakery.announced().at(-1)!;
  await bakery.aws.functions.invoke({ account: platform, region: home }, 'janitor', {});
  await bakery.settle();
  expect(bakery.images(home).map(({ ImageId }) => ImageId)).toEqual([amis[home]]);
  expect(bakery.images(far).map(({ ImageId }) => ImageId)).toEqual([amis[far]]);
  expect(
    bakery.aws.ec2.DescribeSnapshots(
      { OwnerIds: ['self'] },
      { account: platform, region: home, caller: 'test' },
    ).Snapshots,
  ).toHaveLength(1);
  bakery.close();
});

import { minuteMs } from '../../src/lib/definitions/instant';
import { accounts, MemoryBakery } from '../support/memory-bakery';
import { platformFiles } from '../support/starter';
import { killAt, type When } from '../support/killed';

/** Kills the reconcile at its n-th call: before the call has its effect, or right after. Answers how many calls were made. */
async function runKilledAt(nth: number, when: When): Promise<{ calls: number; bakery: MemoryBakery }> {
  const bakery = new MemoryBakery();
  const calls = killAt(bakery, { nth, when, account: accounts.platform });
  bakery.push(accounts.platform, platformFiles());
  await bakery.settle();
  for (let tick = 0; tick < 3; tick += 1) {
    await bakery.pass(5 * minuteMs);
    await bakery.tick(accounts.platform);
  }
  return { calls: calls(), bakery };
}

const images = ['base-al2023/x86_64', 'batch/x86_64', 'web/x86_64'];

async function expectHealed(bakery: MemoryBakery): Promise<void> {
  const decisions = await bakery.decisions(accounts.platform);
  for (const image of images) expect(decisions[image]).toMatch(/^current: ami-/);
  expect(bakery.builds().sort()).toEqual(images);
  const announced = bakery.calls('SNS', 'Publish').map((input) => JSON.stringify(input));
  for (const image of images) {
    const name = image.split('/')[0]!;
    expect(announced.some((text) => text.includes(`\\"image\\":\\"${name}\\"`))).toBe(true);
  }
}

test('a reconcile killed at any call, before or after its effect, loses nothing and bakes nothing twice', async () => {
  const { calls, bakery } = await runKilledAt(Number.POSITIVE_INFINITY, 'before');
  await expectHealed(bakery);
  expect(calls).toBeGreaterThan(30);
  // Before and after in turn: neighbouring calls are often of one kind, so both meet every kind.
  for (let nth = 1; nth <= calls; nth += 1) {
    const when = nth % 2 === 0 ? 'before' : 'after';
    const killed = await runKilledAt(nth, when);
    const [struck] = killed.bakery.aws.faults.struck;
    await expectHealed(killed.bakery).catch((error: unknown) => {
      throw new Error(`killed ${when} call ${nth}, ${struck?.call}`, { cause: error });
    });
    killed.bakery.close();
  }
}, 120_000);

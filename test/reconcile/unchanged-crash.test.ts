import { hourMs, minuteMs } from '../../src/lib/definitions/instant';
import { accounts, MemoryBakery } from '../support/memory-bakery';
import { platformFiles } from '../support/starter';
import { told } from '../support/told';
import { killAt, type When } from '../support/killed';

const { platform } = accounts;
const base = 'base-al2023/x86_64';

/** A published world, and a night that changes nothing whose reconcile is killed at its n-th call. */
async function nightKilledAt(nth: number, when: When) {
  const bakery = new MemoryBakery({ tells: (run) => told([`${run.environment['BAKERY_IMAGE']} 1`]) });
  const yml = String(platformFiles()['bakery.yml']).replace('publish: always', 'publish: if-changed');
  bakery.push(platform, platformFiles({ 'bakery.yml': yml }));
  await bakery.settle();
  const [before] = (await bakery.report(platform)).images;
  bakery.aws.log.step = 'night';
  const calls = killAt(bakery, { nth, when, account: platform });
  await bakery.pass(14 * hourMs + minuteMs);
  for (let tick = 0; tick < 4; tick += 1) {
    await bakery.tick(platform);
    await bakery.pass(5 * minuteMs);
  }
  return { bakery, calls: calls(), before: before! };
}

async function expectDiscarded({ bakery, before }: Awaited<ReturnType<typeof nightKilledAt>>): Promise<void> {
  const [after, ...others] = (await bakery.report(platform)).images;
  const { bakeId, sequence, amiId } = before;
  expect(after).toMatchObject({ image: base, bakeId, sequence, amiId, decision: 'current' });
  expect(after?.reason).toContain('was equal to it (1 package) and was discarded');
  expect(others.map(({ decision }) => decision)).toEqual(['current', 'current']);
  expect(bakery.builds('night')).toEqual([base]);
  expect(bakery.parameter(platform, '/bakery/base-al2023/x86_64/stable')).toBe(amiId);
}

test('a night that changed nothing, killed at any call, is discarded once and moves nothing', async () => {
  const whole = await nightKilledAt(Number.POSITIVE_INFINITY, 'before');
  await expectDiscarded(whole);
  expect(whole.calls).toBeGreaterThan(20);
  whole.bakery.close();
  for (let nth = 1; nth <= whole.calls; nth += 1) {
    for (const when of ['before', 'after'] as const) {
      const killed = await nightKilledAt(nth, when);
      const [struck] = killed.bakery.aws.faults.struck;
      await expectDiscarded(killed).catch((error: unknown) => {
        throw new Error(`killed ${when} call ${nth}, ${struck?.call}`, { cause: error });
      });
      killed.bakery.close();
    }
  }
}, 120_000);

import type { LocalBakery } from '../../../src/local/bakery/local-bakery';
import { makeScratch } from '../../../src/local/bakery/scratch';
import { startTour } from '../../../src/local/tour/start-tour';
import { preflight } from '../../../src/local/tour/steps/preflight';
import { push } from '../../../src/local/tour/steps/push';
import { runStep } from '../../../src/local/tour/tour';

describe('the preflight step', () => {
  const scratch = makeScratch();
  let bakery: LocalBakery | undefined;
  afterAll(async () => {
    await bakery?.close();
    await scratch.remove();
  });

  test('holds after a push, and not where a cure cannot be carried out', async () => {
    const searchPath = process.env['PATH'] ?? '';
    const { setting } = await startTour({ scratch, searchPath, seed: 4 }, (made) => (bakery = made));
    await runStep(setting, push);
    const held = await runStep(setting, preflight);
    expect(held).toMatchObject({ ok: true });
    const restore = setting.bakery.aws.faults.add({
      label: 'the quota cannot be raised',
      when: ({ operation }) => operation === 'RequestServiceQuotaIncrease',
      before: () => new Error('refused by somebody'),
    });
    const failed = await runStep(setting, preflight);
    restore();
    expect(failed).toMatchObject({ ok: false });
    expect(failed.detail).toContain('refused by somebody');
  }, 60_000);
});

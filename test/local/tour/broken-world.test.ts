import { InvalidInputException } from '@aws-sdk/client-codebuild';
import type { LocalBakery } from '../../../src/local/bakery/local-bakery';
import { makeScratch } from '../../../src/local/bakery/scratch';
import { startTour } from '../../../src/local/tour/start-tour';
import { runStep } from '../../../src/local/tour/tour';
import { push } from '../../../src/local/tour/steps/push';

/** A tour is worth something only if it can fail. */
describe('a step in a world that does not do its part', () => {
  const scratch = makeScratch();
  let bakery: LocalBakery | undefined;
  afterAll(async () => {
    await bakery?.close();
    await scratch.remove();
  });

  test('push does not hold where CodeBuild refuses one image, and says which', async () => {
    const searchPath = process.env['PATH'] ?? '';
    const { setting } = await startTour({ scratch, searchPath, seed: 3 }, (made) => (bakery = made));
    setting.bakery.aws.faults.add({
      label: 'web is refused',
      when: ({ operation, input }) =>
        operation === 'StartBuild' && JSON.stringify(input).includes('"web/x86_64"'),
      before: () => new InvalidInputException({ message: 'no', $metadata: {} }),
    });
    const { ok, detail } = await runStep(setting, push);
    expect(ok).toBe(false);
    expect(detail).toContain('111111111111 web/x86_64 has an available AMI; seen: CodeBuild refused');
    expect(detail).not.toContain('222222222222 shop/x86_64 has');
  }, 60_000);
});

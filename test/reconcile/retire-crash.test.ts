import { dayMs, hourMs } from '../../src/lib/definitions/instant';
import type { RetireReport } from '../../src/lib/reconcile/retire/report';
import { AwsFailure } from '../../src/local/aws/failure';
import { accounts, MemoryBakery, region } from '../support/memory-bakery';
import { platformFiles } from '../support/starter';

const { platform } = accounts;
const retain = platformFiles()
  ['bakery.yml']!.toString()
  .replace(
    "  rebake: { cron: '0 2 * * *', timezone: Europe/London, publish: always }\n",
    '  retain: { count: 1 }\n',
  );

let bakery: MemoryBakery;
afterEach(() => bakery.close());

/** Two bakes of web, of which one may go. */
async function twoBakes(): Promise<string[]> {
  bakery = new MemoryBakery();
  const amis: string[] = [];
  for (let version = 0; version < 2; version += 1) {
    bakery.push(platform, platformFiles({ 'bakery.yml': retain, 'web/main.pkr.hcl': `# web ${version}` }));
    await bakery.settle();
    const web = (await bakery.report(platform)).images.find(({ image }) => image === 'web/x86_64')!;
    amis.push(web.amiId!);
    await bakery.pass(hourMs);
  }
  return amis;
}

const run = async (): Promise<RetireReport> => {
  const at = { account: platform, region };
  const report = (await bakery.aws.functions.invoke(at, 'retire', {})) as RetireReport;
  await bakery.settle();
  return report;
};

/** Every call fails in turn, without effect or with its answer lost. */
const ways = [
  ['never reaches AWS', 'before'],
  ['took effect, and its answer is lost', 'after'],
] as const;

test.each(ways)(
  'a call that %s: the next run takes it up, in every stage',
  async (_what, when) => {
    let fails = 0;
    for (let struck = true; struck; fails += 1) {
      struck = false;
      const [old, current] = await twoBakes();
      for (const days of [0, 5, 2, 5, 2]) {
        await bakery.pass(days * dayMs);
        let calls = 0;
        const heal = bakery.aws.faults.add({
          label: `call ${fails}`,
          when: ({ at }) => at.caller === 'lambda:retire' && calls++ === fails,
          [when]: () => new AwsFailure('InternalError', 'no', 500),
        });
        // A ledger that cannot be read fails the whole run.
        await run().catch(() => undefined);
        struck ||= calls > fails;
        heal();
        const state = bakery.aws.ec2.storedImage(region, current!)!;
        expect([state.deregistered, state.image.State, state.image.DeprecationTime]).toEqual([
          false,
          'available',
          undefined,
        ]);
        for (let i = 0; i < 2; i += 1) await run();
      }
      // What a lost day cost is made up for by later ones.
      for (let day = 0; day < 10; day += 1) {
        await bakery.pass(dayMs);
        await run();
      }
      expect(bakery.aws.ec2.storedImage(region, old!)).toMatchObject({ deregistered: true });
      const report = await run();
      expect(report).toMatchObject({ steps: [], unread: [], tooMany: [] });
      if (struck) bakery.close();
    }
    expect(fails).toBeGreaterThan(10);
  },
  180_000,
);

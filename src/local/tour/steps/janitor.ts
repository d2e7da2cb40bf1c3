import { minuteMs } from '../../../lib/definitions/instant';
import type { JanitorReport } from '../../../lib/reconcile/janitor/report';
import type { Call } from '../../aws/faults';
import { AwsFailure } from '../../aws/failure';
import { carryingBake, removedBy, strangers, type Strangers } from '../ec2-looks';
import { Expectations } from '../expectations';
import { allImages, count, leafOf } from '../looks';
import type { Tour, TourStep } from '../step';
import { touch } from '../touch';

/** Real time in which a build gets as far as tidying up. */
const buildMs = 60_000;
/** Of the image, of the project's queue, and what the janitor gives on top. */
const allItsTimeMs = (60 + 30 + 11) * minuteMs;
const graceMs = 31 * minuteMs;

/** A build that hangs is killed after all its time; what it leaves in EC2 is removed, and nothing beside it. */
export const janitor: TourStep = {
  id: 'janitor',
  title: 'A build that hangs: stopped after its time, and what it leaves is removed',
  async run(tour) {
    const { account } = tour.repo;
    const sweep = async (event: object) =>
      (await tour.bakery.invoke(account, 'janitor', event)) as JanitorReport;
    // AMIs that earlier steps refused are its business as well, and not this step's.
    await tour.bakery.aws.scheduler.pass(graceMs);
    await sweep({});
    const ofEarlierSteps = removedBy(tour, 'lambda:janitor');
    const removed = () => removedBy(tour, 'lambda:janitor').filter((id) => !ofEarlierSteps.includes(id));
    const before = await allImages(tour);
    const leaf = leafOf(before, account)!;
    const beside = strangers(tour, account, leaf.amiId!);
    const resume = await hangInTheEnd(tour, () => touch(tour.repo, leaf.definition, 'a build that hangs'));
    try {
      const bakeId = tour.record.builds().at(-1)?.bakeId ?? '';
      const check = new Expectations();

      const early = await sweep({});
      check.same('a build in its time is left alone', stopped(tour), []);
      await tour.bakery.aws.scheduler.pass(allItsTimeMs);
      const late = await sweep({});
      await tour.bakery.settle();
      const { record } = (await allImages(tour)).find(({ id }) => id === leaf.id)!;
      const wayOut = record?.trouble;
      check
        .same(
          'builds stopped',
          stopped(tour),
          late.builds.map(({ buildId }) => buildId),
        )
        .that('one build was over its time', late.builds.length === 1, count(late.builds.length, 'build'))
        .that('the bake ran out of time', wayOut?.class === 'timed-out', wayOut?.class ?? 'no trouble')
        .same('removed while the bake was running', [early, late].flatMap(ids), []);

      beside.keyOf(bakeId);
      check.same('removed in the half hour after', ids(await sweep({})), []);
      await tour.bakery.aws.scheduler.pass(graceMs);
      const expected = carryingBake(tour, account, bakeId);
      const dry = await sweep({ dryRun: true });
      check
        .that('the build left something', expected.length > 0, 'nothing')
        .same('found by the dry run', ids(dry), expected)
        .same('removed by the dry run', removed(), []);

      const wet = await sweep({});
      check
        .same('removed', removed(), expected)
        .same(
          'reported as removed',
          wet.leftovers.filter(done).map(({ id }) => id),
          expected,
        )
        .same('left of the bake', carryingBake(tour, account, bakeId), [])
        .same('left for another run', ids(await sweep({})), []);
      checkUntouched(tour, before, beside, check);

      tour.bakery.tick();
      await tour.bakery.settle();
      const healed = (await allImages(tour)).find(({ id }) => id === leaf.id)!;
      check
        .same('builds', tour.record.builtImages(), [leaf.id, leaf.id])
        .that(`${leaf.definition.name} is baked again`, healed.amiId !== leaf.amiId, healed.amiId);
      const kinds = wet.leftovers.map(({ kind, id }) => `${kind} ${id}`);
      return check.verdict(
        `The build of ${leaf.definition.name} hung and was stopped after all its time (${wayOut?.class}); half an hour later the janitor removed ${kinds.join(', ')}. ${count(beside.count, 'thing')} of others beside them and every published AMI stayed. Baked again: ${healed.amiId}.`,
      );
    } finally {
      resume();
      beside.remove();
    }
  },
};

const ids = ({ leftovers }: JanitorReport): string[] => leftovers.map(({ id }) => id);
const done = ({ outcome }: JanitorReport['leftovers'][number]): boolean => outcome === 'done';

const stopped = (tour: Tour): string[] =>
  tour.record.calls('CodeBuild', 'StopBuild').map(({ input }) => (input as { id: string }).id);

/** Packer's last request, with which it would end its instance, gets no answer: it waits until it is killed. */
async function hangInTheEnd(tour: Tour, change: () => Promise<unknown>): Promise<() => void> {
  const { faults, scheduler } = tour.bakery.aws;
  let hangs = false;
  const resume = faults.add({
    label: 'packer waits for an answer',
    when: ({ service, operation, at }: Call) =>
      service === 'EC2' &&
      operation === 'TerminateInstances' &&
      !at.caller.startsWith('lambda:') &&
      (hangs = true),
    times: 1,
    delayMs: 24 * 60 * minuteMs,
    before: () => new AwsFailure('RequestExpired', 'nobody waits for this any more'),
  });
  await change();
  await tour.repo.push('A change whose build hangs');
  const giveUpAtMs = performance.now() + buildMs;
  while (!hangs && performance.now() < giveUpAtMs) await scheduler.settle({ maxWaitMs: 50 });
  if (!hangs) throw new Error('the build never came to its end');
  return resume;
}

function checkUntouched(
  tour: Tour,
  before: Awaited<ReturnType<typeof allImages>>,
  beside: Strangers,
  check: Expectations,
): void {
  check.same('taken away from others', beside.missing(), []);
  for (const { account, id, amiId } of before) {
    const state = amiId === undefined ? undefined : tour.look.image(account, amiId)?.State;
    check.that(`the AMI of ${id} is available`, state === 'available', state);
  }
}

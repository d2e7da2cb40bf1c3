import { minuteMs } from '../../../lib/definitions/instant';
import { Expectations } from '../expectations';
import { again, chooseLeaf, command, later, parameterOf, published, reported } from '../leaf-channels';
import type { TourStep } from '../step';
import { touch } from '../touch';

/** A bad AMI is published; one command puts the channel back, and nothing but a commit or a person moves it again. */
export const rollback: TourStep = {
  id: 'rollback',
  title: 'A bad AMI goes out: one command puts the channel back, and it stays there',
  async run(tour) {
    const before = await chooseLeaf(tour);
    const { name, key, channels } = before.definition;
    const [channel = ''] = channels;
    await touch(tour.repo, before.definition, 'a change that does not boot');
    await tour.repo.push(`Break ${name}`);
    await tour.bakery.settle();
    const bad = await again(tour, before);
    const check = new Expectations()
      .same('builds of the change', tour.record.builtImages(), [before.id])
      .that(`${name} moved from ${before.amiId}`, bad.amiId !== before.amiId, bad.amiId);

    const builds = tour.record.builds().length;
    await command(tour, { command: 'rollback', image: key, channel, why: 'it does not boot' });
    const back = await again(tour, before);
    const [was, is] = [published(bad, channel)?.sequence ?? 0, published(back, channel)?.sequence ?? 0];
    check
      .that(`${name} is ${before.amiId} again`, back.amiId === before.amiId, back.amiId)
      .that('its parameter, too', parameterOf(tour, back, channel) === before.amiId)
      .that('the sequence grows', is > was, `${was}, then ${is}`)
      .same('announcements', tour.record.announcedImages(), [before.id, before.id]);

    await later(tour, 6 * minuteMs);
    const { decision, reason } = await reported(tour, before);
    check
      .that(
        'it is pinned',
        decision === 'current' && reason.startsWith('pinned to'),
        `${decision}: ${reason}`,
      )
      .that('nothing was baked', tour.record.builds().length === builds);

    await tour.repo.revertLast(`Revert "Break ${name}"`);
    await tour.bakery.settle();
    const after = await reported(tour, before);
    check
      .that('the commit that reverts the change releases it', after.pin === undefined, after.reason)
      .that(`${name} stays ${before.amiId}`, after.amiId === before.amiId, after.amiId)
      .that('nothing was baked for it', tour.record.builds().length === builds);
    return check.verdict(
      `${name} went to ${bad.amiId}; "bakery rollback ${name}" put it back to ${before.amiId} with 0 bakes: ${reason.replace(/; it stays.*/, '')}. The commit that reverted the change released it.`,
    );
  },
};

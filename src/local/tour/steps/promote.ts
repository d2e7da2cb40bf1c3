import { Expectations } from '../expectations';
import { again, chooseLeaf, command, parameterOf, published, reported } from '../leaf-channels';
import type { TourStep } from '../step';
import { touch } from '../touch';

export const candidate = 'candidate';

/** A second channel: what is finished comes to the first one, and a person lets the other follow. */
export const promote: TourStep = {
  id: 'promote',
  title: 'A candidate channel before the other one: a person promotes the bake',
  async run(tour) {
    const before = await chooseLeaf(tour);
    const { name, key, channels } = before.definition;
    const [channel = ''] = channels.filter((one) => one !== candidate);
    await tour.repo.editBakeryYml((document) => {
      document.setIn(['images', name, 'channels'], [candidate, channel]);
    });
    await touch(tour.repo, before.definition, 'a change to look at first');
    await tour.repo.push(`Let ${name} be a candidate first`);
    await tour.bakery.settle();
    const made = await again(tour, before);
    const waits = (await reported(tour, before)).further?.[0];
    const check = new Expectations()
      .same('builds', tour.record.builtImages(), [before.id])
      .that(`${candidate} has the new AMI`, parameterOf(tour, made, candidate) === made.amiId)
      .that(`${channel} stays ${before.amiId}`, parameterOf(tour, made, channel) === before.amiId)
      .that('it says for whom it waits', waits?.reasonCode === 'channel-by-hand', waits?.reason);

    await command(tour, { command: 'promote', image: key, channel, why: 'looked at it' });
    const after = await again(tour, before);
    check
      .that(`${channel} is ${made.amiId}`, parameterOf(tour, after, channel) === made.amiId)
      .that('it is the same bake', published(after, channel)?.bakeId === published(made, candidate)?.bakeId)
      .same('builds at the end', tour.record.builtImages(), [before.id])
      .same('announcements', tour.record.announcedImages(), [before.id, before.id]);
    return check.verdict(
      `${made.amiId} came to ${candidate} and ${channel} stayed ${before.amiId} ("${waits?.reason}"), until alice promoted it: 1 bake, 2 announcements.`,
    );
  },
};

import { minuteMs } from '../../../lib/definitions/instant';
import { Expectations } from '../expectations';
import { again, chooseLeaf, later, parameterOf, reported } from '../leaf-channels';
import type { TourStep } from '../step';
import { touch } from '../touch';
import { candidate } from './promote';

const soakMs = 30 * minuteMs;

/** With a soak nobody has to say anything: the clock does. */
export const soak: TourStep = {
  id: 'soak',
  title: 'With a soak the next channel follows by itself, and not before',
  async run(tour) {
    const before = await chooseLeaf(tour);
    const { name, channels } = before.definition;
    const [channel = ''] = channels.filter((one) => one !== candidate);
    const stable = parameterOf(tour, before, channel);
    await tour.repo.editBakeryYml((document) => {
      document.setIn(['images', name, 'channels'], [candidate, channel]);
      document.setIn(['images', name, 'promote'], { after: 'tests', soak: `${soakMs / minuteMs}m` });
    });
    await touch(tour.repo, before.definition, 'a change that soaks');
    await tour.repo.push(`Let ${name} soak for half an hour`);
    await tour.bakery.settle();
    const made = await again(tour, before);
    const waits = (await reported(tour, before)).further?.[0];
    const check = new Expectations()
      .same('builds', tour.record.builtImages(), [before.id])
      .that(`${candidate} has the new AMI`, parameterOf(tour, made, candidate) === made.amiId)
      .that('it says when it follows', waits?.reasonCode === 'channel-soaking', waits?.reason);

    await later(tour, soakMs - 5 * minuteMs);
    const early = parameterOf(tour, made, channel);
    check.that(`${channel} is ${stable} five minutes before`, early === stable, early);
    await later(tour, 6 * minuteMs);
    const after = parameterOf(tour, made, channel);
    check.that(`${channel} is ${made.amiId} a minute after`, after === made.amiId, after);
    return check.verdict(
      `${made.amiId} came to ${candidate}; ${channel} said "${waits?.reason}", stayed ${stable} for ${soakMs / minuteMs} minutes and then followed, with nobody watching.`,
    );
  },
};

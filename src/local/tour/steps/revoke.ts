import { minuteMs } from '../../../lib/definitions/instant';
import type { Ancestor } from '../../../lib/lifecycle/bake';
import type { Published } from '../../../lib/lifecycle/channel';
import { Expectations } from '../expectations';
import { command, later, parameterOf } from '../leaf-channels';
import { allImages, builtOn, count, rootOf } from '../looks';
import type { SeenImage } from '../looks';
import { mirrorsOf } from '../mirrors';
import type { Tour, TourStep } from '../step';

const why = 'openssl in it is broken';

/** A base turns out to be bad. One command denies it and everything baked on it; another takes that back. */
export const revoke: TourStep = {
  id: 'revoke',
  title: 'A base turns out to be bad: every account leaves it and heals, and it can be taken back',
  async run(tour) {
    const { account } = tour.repo;
    const before = await allImages(tour);
    const root = rootOf(before, account)!;
    const reached = [root, ...builtOn(before, [root.id])];
    const bad = firstOf(root);
    await command(tour, { command: 'revoke', bake: bad.bakeId, why });
    await settled(tour);

    const good = await allImages(tour);
    const check = new Expectations();
    const base = find(good, root);
    check
      .that(`${root.definition.name} has left ${root.amiId}`, base.amiId !== root.amiId, base.amiId)
      .that('nothing is baked for it', !tour.record.builtImages().includes(root.id));
    for (const image of reached) {
      const now = find(good, image);
      const parameter = parameterOf(tour, now, now.definition.channels[0] ?? '');
      check
        .that(`${image.id} has a good AMI`, now.amiId !== undefined && now.amiId !== image.amiId, now.amiId)
        .that(`and so has its parameter`, parameter === now.amiId, parameter)
        .that(`${image.id} is not built on it`, !descends(firstOf(now), bad.bakeId))
        .that(`${image.amiId} is disabled`, stateOf(tour, image) === 'disabled', stateOf(tour, image))
        .same(`${image.amiId} may be launched by`, tour.look.sharedWith(image.account, image.amiId!), []);
    }
    for (const mirror of await mirrorsOf(tour)) {
      check.that(`account ${mirror.account} mirrors ${mirror.name}`, mirror.follows, mirror.seen);
    }
    const told = (await tour.look.report(account)).images.find(({ image }) => image === root.definition.key);
    check.that('the reason is shown', told?.reason.includes(why) === true, told?.reason);
    const builds = tour.record.builds().length;

    await command(tour, { command: 'unrevoke', bake: bad.bakeId, why: 'it was another library' });
    await settled(tour);
    const after = await allImages(tour);
    for (const image of reached) {
      const now = find(after, image);
      check
        .that(`${image.id} is ${image.amiId} again`, now.amiId === image.amiId, now.amiId)
        .that(
          `${image.amiId} is available again`,
          stateOf(tour, image) === 'available',
          stateOf(tour, image),
        );
    }
    for (const mirror of await mirrorsOf(tour)) {
      check.that(`account ${mirror.account} mirrors ${mirror.name} again`, mirror.follows, mirror.seen);
    }
    check.that('nothing is baked to take it back', tour.record.builds().length === builds);
    const others = reached.slice(1).map(({ definition }) => definition.name);
    return check.verdict(
      `${root.amiId} was revoked: ${root.definition.name} went back to ${base.amiId}, ${others.join(', ')} in ${accountsOf(reached)} followed with ${count(builds, 'bake')}, and ${count(reached.length, 'AMI')} were unshared and disabled. "bakery unrevoke" brought all of it back with 0 bakes.`,
    );
  },
};

const firstOf = ({ definition, record }: SeenImage): Published =>
  record!.channels[definition.channels[0] ?? '']!.current!;

const find = (images: readonly SeenImage[], { id }: SeenImage): SeenImage =>
  images.find((image) => image.id === id)!;

const descends = ({ ancestry }: { ancestry: Ancestor[] }, bakeId: string): boolean =>
  ancestry.some((ancestor) => ancestor.bakeId === bakeId);

const accountsOf = (images: readonly SeenImage[]): string => {
  const accounts = new Set(images.map(({ account }) => account));
  return count(accounts.size, 'account');
};

/** Channels first, then AMIs: a tick each, in every account. */
async function settled(tour: Tour): Promise<void> {
  for (let tick = 0; tick < 3; tick += 1) await later(tour, 6 * minuteMs);
}

function stateOf(tour: Tour, { account, amiId = '' }: SeenImage): string | undefined {
  const { settings } = tour.bakery.deployments.find((one) => one.settings.account === account)!;
  const at = { account, region: settings.region, caller: 'observer' };
  const { Images } = tour.bakery.aws.ec2.DescribeImages({ ImageIds: [amiId], IncludeDisabled: true }, at);
  return Images?.[0]?.State;
}

import { parameterName } from '../../../lib/definitions/names';
import { Expectations } from '../expectations';
import { allImages, baseOf, count, named } from '../looks';
import type { SeenImage } from '../looks';
import { mirrorsOf, mirrorsThatFollow } from '../mirrors';
import type { Tour, TourStep } from '../step';

/** The first push: everything is baked, each image on the AMI that was just made of its base. */
export const push: TourStep = {
  id: 'push',
  title: 'First push: everything is baked, from the base upwards',
  async run(tour) {
    const there = (await allImages(tour)).flatMap(({ id, amiId }) => (amiId === undefined ? [] : id));
    await tour.repo.push('First images');
    await tour.bakery.settle();

    const all = await allImages(tour);
    const images = all.filter(({ id }) => !there.includes(id));
    const check = new Expectations();
    check.that('bakery.yml is in force', images.length > 0, await whyNothing(tour));
    check.same(
      'one build for each image',
      tour.record.builtImages(),
      images.map(({ id }) => id),
    );
    check.same(
      'one announcement for each image',
      tour.record.announcedImages(),
      images.map(({ id }) => id),
    );
    for (const image of images) checkPublished(tour, all, image, check);
    const mirrors = await mirrorsOf(tour);
    for (const mirror of mirrors) {
      check.that(`account ${mirror.account} mirrors ${mirror.name}`, mirror.follows, mirror.seen);
    }
    return check.verdict(story(images, all, mirrorsThatFollow(mirrors)));
  },
};

async function whyNothing(tour: Tour): Promise<string> {
  const { unknown, refused } = await tour.look.report(tour.repo.account);
  return refused?.problems.map(({ message }) => message).join(' ') ?? unknown ?? 'no images';
}

/** The AMI exists, is made of the right base, is what the parameter says, and may be launched by whom bakery.yml names. */
function checkPublished(tour: Tour, images: SeenImage[], image: SeenImage, check: Expectations): void {
  const { account, id, definition, amiId, record } = image;
  const ami = amiId === undefined ? undefined : tour.look.image(account, amiId);
  check.that(`${id} has an available AMI`, ami?.State === 'available', ami?.State ?? whyNot(image));
  if (amiId === undefined || ami === undefined) return;
  const { parameterPattern } = settingsOf(tour, account);
  const channel = definition.channels[0] ?? '';
  const parameter = parameterName(parameterPattern, definition.name, definition.architecture, channel);
  const value = tour.look.parameters(account).get(parameter);
  check.that(`${parameter} in ${account} is ${amiId}`, value === amiId, value);
  const base = images.find((other) => other.id === baseOf(images, image));
  if (base !== undefined) {
    check.that(`${id} is built on ${named(base)}`, ami.SourceImageId === base.amiId, ami.SourceImageId);
  }
  const builtOn = record?.channels[channel]?.current?.baseAmiId;
  if (builtOn !== undefined) {
    check.that(`${id} was made from ${builtOn}`, ami.SourceImageId === builtOn, ami.SourceImageId);
  }
  check.same(`${id} may be launched by`, tour.look.sharedWith(account, amiId), definition.share.accounts);
}

const settingsOf = (tour: Tour, account: string) =>
  tour.bakery.deployments.find(({ settings }) => settings.account === account)!.settings;

const whyNot = ({ record }: SeenImage): string =>
  record?.trouble === undefined
    ? 'none'
    : [record.trouble.message, ...record.trouble.lines.slice(-3)].join(' | ');

function story(images: SeenImage[], all: SeenImage[], mirrored: string[]): string {
  const chain = images.map((image) => {
    const base = all.find((other) => other.id === baseOf(all, image));
    const on = base === undefined ? '' : ` on ${base.definition.name}`;
    const elsewhere =
      base !== undefined && base.account !== image.account ? `, in account ${image.account}` : '';
    return `${named(image)}${on}${elsewhere}`;
  });
  const copies = mirrored.length === 0 ? '' : `; mirrored: ${mirrored.join(', ')}`;
  return `${count(images.length, 'bake')}: ${chain.join('; ')}${copies}.`;
}

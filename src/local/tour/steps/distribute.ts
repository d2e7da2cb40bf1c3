import { parameterName } from '../../../lib/definitions/names';
import { Expectations } from '../expectations';
import { allImages, leafOf } from '../looks';
import type { SeenImage } from '../looks';
import type { Tour, TourStep } from '../step';
import { touch } from '../touch';
import { amiIn, bothRegions, distribute as ask, far, friend, home, key, keyIn, launchersOf } from '../travel';
import { parameterIn, ticks } from '../travel';

/** A bake goes to two regions, under a key in each; one of the copies fails, and is made again by itself. */
export const distribute: TourStep = {
  id: 'distribute',
  title:
    'Two regions, a key in each: one copy fails and is made again by itself, and nothing is published before',
  async run(tour) {
    const { account } = tour.repo;
    const leaf = leafOf(await allImages(tour), account)!;
    tour.bakery.aws.ec2.failNext((name, region) => region === far && name.startsWith(leaf.definition.name));
    await touch(tour.repo, leaf.definition, 'a change that goes to two regions');
    const share = { accounts: [friend] };
    await ask(tour, leaf.definition.name, { regions: bothRegions, share }, 'Two regions, encrypted');
    const check = new Expectations()
      .same('announcements while it is copied', tour.record.announcedImages(), [])
      .same('parameters written while it is copied', parametersWritten(tour), []);
    await ticks(tour, 4);

    const seen = (await allImages(tour)).find(({ id }) => id === leaf.id)!;
    const amis = seen.record?.channels[leaf.definition.channels[0]!]?.current?.amis ?? {};
    check
      .same('builds', tour.record.builtImages(), [leaf.id])
      .same('announcements', tour.record.announcedImages(), [leaf.id])
      .same('regions', Object.keys(amis), [home, far])
      .same('copies begun', copiesBegun(tour), [far, far, home])
      .same('copies that failed and were deregistered', deregistered(tour), [far]);
    for (const region of [home, far]) checkRegion(tour, leaf, region, amis[region], check);
    return check.verdict(
      `${leaf.definition.name} was baked once and is ${amis[home]} in ${home} and ${amis[far]} in ${far}, each encrypted with ${key} of its region. The first copy into ${far} failed, was deregistered and made again alone; parameters and announcement came after the last copy.`,
    );
  },
};

function checkRegion(
  tour: Tour,
  { account, definition }: SeenImage,
  region: string,
  amiId: string | undefined,
  check: Expectations,
): void {
  const { settings } = tour.bakery.deployments.find((one) => one.settings.account === account)!;
  const { name, architecture, channels } = definition;
  const parameter = parameterName(settings.parameterPattern, name, architecture, channels[0] ?? '');
  const value = parameterIn(tour, account, region, parameter);
  check.that(`${parameter} in ${region} is ${amiId}`, amiId !== undefined && value === amiId, value);
  const { ami, keys } = amiIn(tour, account, region, amiId);
  check
    .that(`${amiId} in ${region} is available`, ami?.State === 'available', ami?.State)
    .that(
      `its snapshots in ${region} are encrypted with ${key}`,
      keys.length > 0 && keys.every((arn) => arn === keyIn(tour, account, region)),
      keys.join(', '),
    )
    .that(
      `it carries its bake's id in ${region}`,
      ami?.Tags?.some(({ Key }) => Key === 'bakery:bake') === true,
    );
  if (amiId !== undefined) {
    check.same(`accounts that may launch it in ${region}`, launchersOf(tour, account, region, amiId), [
      friend,
    ]);
  }
}

/** Regions that CopyImage was called in, by a bakery. */
const copiesBegun = (tour: Tour): string[] =>
  tour.record
    .calls('EC2', 'CopyImage')
    .filter(({ site }) => site.caller === 'lambda:reconcile')
    .map(({ site }) => site.region);

const deregistered = (tour: Tour): string[] =>
  tour.record
    .calls('EC2', 'DeregisterImage')
    .filter(({ site }) => site.caller === 'lambda:reconcile')
    .map(({ site }) => site.region);

const parametersWritten = (tour: Tour): string[] =>
  tour.record.calls('SSM', 'PutParameter').map(({ input }) => (input as { Name: string }).Name);

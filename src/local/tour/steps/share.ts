import { Expectations } from '../expectations';
import { allImages, leafOf } from '../looks';
import type { SeenImage } from '../looks';
import type { Tour, TourStep } from '../step';
import { bothRegions, copiersOf, distribute as ask, far, friend, home, launchersOf } from '../travel';
import { second, stranger, ticks } from '../travel';

/** Who may use an AMI follows bakery.yml without a bake, within what the settings allow, and never takes what is not ours. */
export const share: TourStep = {
  id: 'share',
  title:
    'Sharing grows, shrinks and asks for too much: permissions follow in every region, and nothing is baked',
  async run(tour) {
    const { account } = tour.repo;
    const leaf = leafOf(await allImages(tour), account)!;
    const { name } = leaf.definition;
    const policy = (accounts: string[], snapshots = false) => ({
      regions: bothRegions,
      share: { accounts, ...(snapshots ? { snapshots: true } : {}) },
    });

    await ask(tour, name, policy([friend, second], true), `Share ${name} with two, who may copy it`);
    await ticks(tour, 2);
    const amis = await amisOf(tour, leaf);
    const check = new Expectations();
    const inBoth = (what: string, launchers: string[], copiers: string[]) => {
      for (const [region, amiId] of Object.entries(amis)) {
        check
          .same(`${what}, may launch in ${region}`, launchersOf(tour, account, region, amiId), launchers)
          .same(`${what}, may copy in ${region}`, copiersOf(tour, account, region, amiId), copiers);
      }
    };
    check.same('regions', Object.keys(amis), [home, far]);
    inBoth('grown', [friend, second], [friend, second]);

    tour.bakery.aws.ec2.ModifyImageAttribute(
      { ImageId: amis[far], LaunchPermission: { Add: [{ UserId: stranger }] } },
      { account, region: far, caller: 'person:alice' },
    );
    await ask(tour, name, policy([friend]), `Share ${name} with one again`);
    await ticks(tour, 2);
    const byHand = launchersOf(tour, account, far, amis[far] ?? '');
    check
      .same('shrunk, may launch at home', launchersOf(tour, account, home, amis[home] ?? ''), [friend])
      .same('shrunk, and what alice gave by hand stays', byHand, [friend, stranger])
      .same(
        'shrunk, may copy',
        [home, far].flatMap((it) => copiersOf(tour, account, it, amis[it] ?? '')),
        [],
      );

    await ask(tour, name, policy([friend, '888888888888']), `Share ${name} with a stranger`);
    const { images } = await tour.look.report(account);
    const asked = images.find(({ image }) => `${account} ${image}` === leaf.id);
    check
      .that('beyond the ceiling it is blocked', asked?.decision === 'blocked', asked?.decision)
      .that(
        'the reason names the setting',
        asked?.reason.includes('ceilings.shareWith') === true,
        asked?.reason,
      )
      .same('beyond the ceiling, may launch', launchersOf(tour, account, home, amis[home] ?? ''), [friend]);

    await ask(tour, name, policy([friend]), `Share ${name} with one`);
    await ticks(tour, 1);
    const after = (await tour.look.report(account)).images.find(
      ({ image }) => `${account} ${image}` === leaf.id,
    );
    check
      .that('afterwards it is current', after?.decision === 'current', after?.reason)
      .same('builds', tour.record.builtImages(), []);

    await tour.repo.editBakeryYml((document) => document.deleteIn(['images', name, 'distribution']));
    await tour.repo.push(`${name} stays at home`);
    await tour.bakery.settle();
    await ticks(tour, 1);
    check
      .same('in the end, may launch at home', launchersOf(tour, account, home, amis[home] ?? ''), [])
      .same('in the end, may launch far away', launchersOf(tour, account, far, amis[far] ?? ''), [stranger]);
    tour.bakery.aws.ec2.ModifyImageAttribute(
      { ImageId: amis[far], LaunchPermission: { Remove: [{ UserId: stranger }] } },
      { account, region: far, caller: 'person:alice' },
    );
    return check.verdict(
      `${name} was shared with ${second} and taken back again in ${home} and ${far}, with its snapshots, and no bake; what alice had given ${stranger} by hand stayed. Asked for 888888888888: ${asked?.reason}.`,
    );
  },
};

async function amisOf(tour: Tour, { id, definition }: SeenImage): Promise<Record<string, string>> {
  const seen = (await allImages(tour)).find((image) => image.id === id);
  return seen?.record?.channels[definition.channels[0]!]?.current?.amis ?? {};
}

import { Expectations } from '../expectations';
import { allImages, leafOf } from '../looks';
import type { TourStep } from '../step';
import { touch } from '../touch';

/** A bake that waits for a person, who turns it down; and a newer one, which is approved. */
export const approval: TourStep = {
  id: 'approval',
  title: 'Approval: nothing is published before somebody of the group agrees, and the first word counts',
  async run(tour) {
    const { account } = tour.repo;
    const { settings } = tour.bakery.deployments.find((one) => one.settings.account === account)!;
    const [group = ''] = settings.approvers;
    const before = leafOf(await allImages(tour), account)!;
    const { name, key } = before.definition;
    const seen = async () => (await allImages(tour)).find(({ id }) => id === before.id)!;
    const decide = async (command: string, alias: '' | `:${string}`, bake: string | undefined) => {
      const event = { command, image: key, bake, by: 'the tour', why: 'to show it' };
      const answer = await tour.bakery.invoke(account, `approve${alias}`, event);
      await tour.bakery.settle();
      return answer as { accepted: boolean };
    };
    await tour.repo.editBakeryYml((document) =>
      document.setIn(['images', name, 'approval'], { by: group, expires: '1d' }),
    );
    await touch(tour.repo, before.definition, 'to be approved');
    await tour.repo.push(`Change ${name}, which waits for approval now`);
    await tour.bakery.settle();
    const waiting = await seen();
    const bake = waiting.record?.live;
    const asked = tour.record.notices.filter(({ attributes }) => attributes['code'] === 'APPROVAL_WANTED');
    const stranger = await decide('approve', '', bake?.id);
    const check = new Expectations()
      .same('bakes', tour.record.builtImages(), [before.id])
      .same('announcements before anybody agreed', tour.record.announcedImages(), [])
      .that(`${name} stays ${before.amiId}`, (await seen()).amiId === before.amiId, waiting.amiId)
      .that('it waits for approval', bake?.status === 'approval', bake?.status ?? 'no bake')
      .that(`${group} were asked`, asked.length === 1, `${asked.length} notices`)
      .that('who does not come as the group is refused', !stranger.accepted, 'accepted');

    await decide('approve', `:${group}`, bake?.id);
    const published = await seen();
    const current = published.record?.channels[published.definition.channels[0]!]?.current;
    check
      .same('announcements after that', tour.record.announcedImages(), [before.id])
      .that('it is published', current?.bakeId === bake?.id, current?.bakeId)
      .that(
        'the ledger says who agreed',
        current?.approved?.by === 'the tour',
        JSON.stringify(current?.approved),
      );

    await decide('reject', `:${group}`, bake?.id);
    const late = tour.record.notices.filter(({ attributes }) => attributes['code'] === 'COMMAND_REFUSED');
    check
      .that('the second word is refused, and told', late.length === 1, `${late.length} notices`)
      .that('it stays published', (await seen()).amiId === published.amiId, (await seen()).amiId);

    await tour.repo.editBakeryYml((document) => document.deleteIn(['images', name, 'approval']));
    await tour.repo.push(`Publish ${name} without approval again`);
    await tour.bakery.settle();
    check.same('bakes in all', tour.record.builtImages(), [before.id]);
    return check.verdict(
      `${name} was baked and waited for ${group}; without the group's alias nobody was heard. Approved, it is ${published.amiId}; a rejection after that was refused.`,
    );
  },
};

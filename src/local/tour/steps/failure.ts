import { Expectations } from '../expectations';
import { allImages, leafOf } from '../looks';
import type { TourStep } from '../step';
import { ownFile } from '../touch';

/** A template that fails: the owner is told, nothing is published; the fix heals it. */
export const failure: TourStep = {
  id: 'failure',
  title: 'A template that fails: the owner is told, nothing is published, the fix heals it',
  async run(tour) {
    const before = leafOf(await allImages(tour), tour.repo.account)!;
    const seen = async () => (await allImages(tour)).find(({ id }) => id === before.id)!;
    const { name } = before.definition;
    const file = await ownFile(tour.repo, before.definition);
    await tour.repo.edit(file, (text) => `${text.trimEnd()}\n${broken(file)}\n`);
    await tour.repo.push(`Break ${name}`);
    await tour.bakery.settle();

    const failed = await seen();
    const { trouble } = failed.record ?? {};
    const told = tour.record.notices.filter(({ attributes }) => attributes['code'] === 'BAKE_FAILED');
    const check = new Expectations()
      .same('builds', tour.record.builtImages(), [before.id])
      .same('announcements', tour.record.announcedImages(), [])
      .that(`${name} stays ${before.amiId}`, failed.amiId === before.amiId, failed.amiId)
      .that('the image says what is wrong', trouble !== undefined, 'no trouble')
      .that(
        `the owner is told of ${name}`,
        told.length === 1 && (told[0]!.subject ?? '').includes(name),
        told.map(({ subject }) => subject).join(', ') || 'no notice',
      );

    await tour.repo.edit(file, (text) => text.replace(broken(file), mended));
    await tour.repo.push(`Mend ${name}`);
    await tour.bakery.settle();
    const healed = await seen();
    check
      .same('builds with the fix', tour.record.builtImages(), [before.id, before.id])
      .same('announcements with the fix', tour.record.announcedImages(), [before.id])
      .that('the fix is published', healed.amiId !== before.amiId, healed.amiId)
      .that('the trouble is over', healed.record?.trouble === undefined, healed.record?.trouble?.message);
    return check.verdict(
      `${file} failed (${trouble?.class}); the owner read "${told[0]?.subject}" and ${name} stayed ${before.amiId}. With the fix it is ${healed.amiId}.`,
    );
  },
};

/** A script that ends with an error, or a template that is none. */
const broken = (file: string): string => (file.endsWith('.sh') ? 'exit 7' : '} }');
const mended = '# mended';

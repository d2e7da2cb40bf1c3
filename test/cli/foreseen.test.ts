import type { ValidPlan } from '../../src/cli/plan/push-plan';
import { accounts, MemoryBakery } from '../support/memory-bakery';
import { platformFiles } from '../support/starter';
import { ImageRepo } from './image-repo';
import { bakery } from './in-process';

const text = platformFiles()['bakery.yml'] as string;

/** Pushed one after another; each is planned from git alone and then done by the real functions. */
const pushes: [string, Record<string, string>][] = [
  ['the first', {}],
  ['a child', { 'web/main.pkr.hcl': '# new' }],
  ['the base', { 'web/main.pkr.hcl': '# new', 'base/main.pkr.hcl': '# new' }],
  ['both, as they were', {}],
  ['a file of nobody', { 'README.md': 'hello' }],
  [
    'a variable',
    { 'bakery.yml': text.replace('template: web/', 'template: web/\n    variables: { a: "1" }') },
  ],
  ['sharing', { 'bakery.yml': text.replace(`, '333333333333'`, '') }],
  ['another image on a child', { 'bakery.yml': `${text}  site:\n    base: image:web\n    template: web/\n` }],
  [
    'everything below the base',
    {
      'bakery.yml': `${text}  site:\n    base: image:web\n    template: web/\n`,
      'base/main.pkr.hcl': '# newer',
    },
  ],
  ['an image less', {}],
];

it('what plan foresees is what the bakery does, push by push', async () => {
  const made = new MemoryBakery();
  const repo = new ImageRepo();
  try {
    repo.git('init', '--quiet', '--initial-branch=main');
    const seen: string[] = [];
    for (const [name, changes] of pushes) {
      repo.git('rm', '-r', '--quiet', '--ignore-unmatch', '.');
      const files = platformFiles(changes);
      for (const [path, content] of Object.entries(files)) repo.write(path, String(content));
      repo.commit(name);
      const { images } = JSON.parse((await bakery(repo.folder, ['plan', '--json'])).out) as ValidPlan;
      const foreseen = images.filter(({ decision }) => decision === 'bake').map(({ image }) => image);
      const before = await made.report(accounts.platform);
      made.aws.log.step = name;
      made.push(accounts.platform, files);
      await made.settle();
      const builds = made.builds(name);
      const after = await made.report(accounts.platform);
      const moved = after.images.filter(
        ({ image, sequence }) => sequence !== before.images.find((old) => old.image === image)?.sequence,
      );
      const planned = images.filter(({ decision }) => ['bake', 'reuse', 'amend'].includes(decision));
      expect([name, [...builds].sort()]).toEqual([name, [...foreseen].sort()]);
      expect([name, moved.map(({ image }) => image)]).toEqual([
        name,
        planned.map(({ image }) => image).sort(),
      ]);
      // Bases first, as the steps say.
      const stepOf = (key: string) => images.find(({ image }) => image === key)?.step ?? 0;
      expect(builds.map(stepOf)).toEqual(builds.map(stepOf).sort((a, b) => a - b));
      seen.push(...images.map(({ decision }) => decision));
    }
    expect(new Set(seen)).toEqual(new Set(['bake', 'current', 'reuse', 'amend', 'removed']));
  } finally {
    made.close();
    repo.remove();
  }
});

import { join } from 'node:path';
import { rmSync } from 'node:fs';
import type { PushPlan, RefusedPlan, ValidPlan } from '../../src/cli/plan/push-plan';
import { ImageRepo } from './image-repo';
import { bakery } from './in-process';

let repo: ImageRepo;
beforeEach(() => (repo = ImageRepo.starter('platform')));
afterEach(() => repo.remove());

const ask = async (...args: string[]) => {
  const { out, exitCode } = await bakery(repo.folder, ['plan', '--json', ...args]);
  return { plan: JSON.parse(out) as PushPlan, exitCode };
};

/** `web: bake 2 inputs-changed`, without architectures. */
async function decisions(...args: string[]): Promise<string[]> {
  const { plan } = await ask(...args);
  return (plan as ValidPlan).images.map(
    ({ image, decision, step, reasonCode }) =>
      `${image.replace('/x86_64', '')}: ${decision} ${step ?? '-'} ${reasonCode}`,
  );
}

const untouched = ['base-al2023', 'batch', 'web'].map((image) => `${image}: current - up-to-date`);

describe('what a push of the starter repo does', () => {
  it('bakes everything the first time, the base before the others', async () => {
    const everything = [
      'base-al2023: bake 1 first-bake',
      'batch: bake 2 first-bake',
      'web: bake 2 first-bake',
    ];
    expect(await decisions()).toEqual(everything);
    repo.append('README.md').commit();
    expect(await decisions('--first')).toEqual(everything);
  });

  it('bakes web alone when only web is touched', async () => {
    repo.append('web/install.sh').commit();
    expect(await decisions()).toEqual([
      'web: bake 1 inputs-changed',
      'base-al2023: current - up-to-date',
      'batch: current - up-to-date',
    ]);
    const { plan } = await ask();
    expect((plan as ValidPlan).images[0]).toMatchObject({
      changedFiles: ['web/install.sh'],
      waitsFor: null,
      base: { text: 'image:base-al2023/x86_64@stable', knownAtRunTime: false },
    });
  });

  it('bakes the base and then, once each, what is built on it', async () => {
    repo.append('base-al2023/install.sh').commit();
    expect(await decisions()).toEqual([
      'base-al2023: bake 1 inputs-changed',
      'batch: bake 2 base-moved',
      'web: bake 2 base-moved',
    ]);
    const { plan } = await ask();
    const [base, batch] = (plan as ValidPlan).images;
    expect(base?.base).toMatchObject({ knownAtRunTime: true });
    expect(batch).toMatchObject({
      waitsFor: 'base-al2023/x86_64',
      reason: 'its base base-al2023/x86_64 is baked first',
    });
  });

  it('tells of a shared folder as an input of each', async () => {
    repo.append('common/update-packages.sh').commit();
    expect(await decisions()).toEqual([
      'base-al2023: bake 1 inputs-changed',
      'batch: bake 2 inputs-changed',
      'web: bake 2 inputs-changed',
    ]);
  });

  it('bakes nothing for a README', async () => {
    repo.append('README.md').commit();
    expect(await decisions()).toEqual(untouched);
    expect((await ask()).plan).toMatchObject({ otherFiles: ['README.md'] });
    const { out } = await bakery(repo.folder, ['plan']);
    expect(out).toContain('Nothing is baked.\nChanged, and no input of any image: README.md.');
  });

  it('bakes nothing for a comment or another order in bakery.yml', async () => {
    repo.edit('bakery.yml', (text) => `${text}# end\n`).commit();
    expect(await decisions()).toEqual(untouched);
  });

  it.each<[string, (text: string) => string, string]>([
    ['a variable', (text) => text.replace("'1.28'", "'1.29'"), 'web: bake 1 definition-changed'],
    [
      'who may launch it',
      (text) => text.replace("'333333333333'", "'444444444444'"),
      'base-al2023: amend 1 policy-changed',
    ],
    [
      'the outside base',
      (text) => text.replace('kernel-default', 'kernel-6.1'),
      'base-al2023: bake 1 base-moved',
    ],
    ['an image less', (text) => text.replace(/\n  web:[^]*?nginx.*\n/, '\n'), 'web: removed - removed'],
    [
      'a new name',
      (text) => text.replace('  batch:', '  crunch:\n    was: batch'),
      'crunch: current - up-to-date',
    ],
    [
      'a new name that is not told',
      (text) => text.replace('  batch:', '  crunch:'),
      'crunch: bake 1 first-bake',
    ],
  ])('%s in bakery.yml', async (_, change, expected) => {
    repo.edit('bakery.yml', change).commit();
    expect(await decisions()).toContain(expected);
  });

  it('says in which field a definition changed, and which base took the place of which', async () => {
    repo
      .edit('bakery.yml', (text) => text.replace("'1.28'", "'1.29'").replace('kernel-default', 'kernel-6.1'))
      .commit();
    const { plan } = await ask();
    const reasons = Object.fromEntries(
      (plan as ValidPlan).images.map(({ image, reason }) => [image, reason]),
    );
    expect(reasons['web/x86_64']).toMatch(
      /^commit \w{8} changed its definition in bakery\.yml \(variables\)$/,
    );
    expect(reasons['base-al2023/x86_64']).toMatch(
      /^bakery\.yml now builds it on ssm:.*kernel-6\.1.* instead of ssm:/,
    );
  });
});

describe('a revert', () => {
  it.each(['web/install.sh', 'common/update-packages.sh', 'base-al2023/install.sh'])(
    'of a change of %s bakes nothing: what was baked before is published again',
    async (path) => {
      const first = repo.git('rev-parse', 'HEAD');
      repo.append(path).commit();
      repo.revert();
      const { plan } = await ask();
      const moved = (plan as ValidPlan).images.filter(({ decision }) => decision !== 'current');
      expect(moved.length).toBeGreaterThan(0);
      for (const image of moved) expect(image).toMatchObject({ decision: 'reuse', reusedFrom: first });
    },
  );

  it('long after is recognised as well, but not on another base', async () => {
    repo.append('web/install.sh').commit();
    for (let count = 0; count < 5; count += 1) repo.append('README.md').commit();
    repo.git('checkout', '--quiet', 'HEAD~6', '--', 'web');
    repo.commit('as it was');
    expect(await decisions()).toContain('web: reuse 1 same-inputs');
    repo.append('base-al2023/install.sh').commit();
    expect(await decisions('--from', 'HEAD~2')).toContain('web: bake 2 inputs-changed');
  });
});

describe('several commits', () => {
  it('are one push: what lies between is not baked', async () => {
    repo.append('web/install.sh').commit();
    repo.append('batch/install.sh').commit();
    expect(await decisions('--from', 'HEAD~2')).toEqual([
      'batch: bake 1 inputs-changed',
      'web: bake 1 inputs-changed',
      'base-al2023: current - up-to-date',
    ]);
  });

  it('can be branches that went apart', async () => {
    repo.git('checkout', '--quiet', '-b', 'other');
    repo.append('web/install.sh').commit();
    repo.git('checkout', '--quiet', 'main');
    repo.append('batch/install.sh').commit();
    expect((await decisions('--from', 'main', '--to', 'other')).slice(0, 2)).toEqual([
      'batch: reuse 1 same-inputs',
      'web: bake 1 inputs-changed',
    ]);
  });
});

describe('a bakery.yml that is not valid', () => {
  const breakIt = () =>
    repo.edit('bakery.yml', (text) => text.replace(/image:base-al2023/g, 'image:base-al'));

  it('at the pushed commit is told with its problems, and the last valid commit stays in force', async () => {
    const valid = repo.git('rev-parse', 'HEAD');
    const bad = breakIt().commit();
    const { exitCode, plan } = await ask();
    expect({ exitCode, plan }).toMatchObject({
      exitCode: 1,
      plan: { valid: false, from: valid, to: bad },
    });
    expect((plan as RefusedPlan).problems.map(({ code }) => code)).toEqual(['UNKNOWN_BASE', 'UNKNOWN_BASE']);
    const { out } = await bakery(repo.folder, ['plan']);
    expect(out).toMatch(/^bakery\.yml:\d+:11 error UNKNOWN_BASE .*\n +\d+ \| +base: image:base-al\n/);
    expect(out).toContain(`${valid.slice(0, 8)} stays in force: nothing is baked for the push`);
  });

  it('before it is passed over: the plan starts from the last valid one', async () => {
    const valid = repo.git('rev-parse', 'HEAD');
    breakIt().commit();
    repo.revert();
    repo.append('web/install.sh').commit();
    const { plan } = await ask('--from', 'HEAD~2');
    expect(plan.from).toBe(valid);
    expect(await decisions('--from', 'HEAD~2')).toContain('web: bake 1 inputs-changed');
    expect((plan as ValidPlan).assumptions[0]).toContain('is not valid at');
  });
});

describe('where the repository is', () => {
  it('may be told by any folder of it, with the folder of bakery.yml or beside it', async () => {
    repo.remove();
    repo = ImageRepo.starter('platform', 'images/golden');
    repo.append('images/golden/web/install.sh').append('README.md').commit();
    const expected = ['web: bake 1 inputs-changed'];
    expect((await decisions('--repo', 'images/golden')).slice(0, 1)).toEqual(expected);
    expect((await decisions('--path', 'images/golden')).slice(0, 1)).toEqual(expected);
    expect((await decisions('--repo', 'images', '--path', './images/golden/')).slice(0, 1)).toEqual(expected);
  });

  it('may be a bare one, and is not written to', async () => {
    repo.append('web/install.sh').commit();
    repo.git('clone', '--quiet', '--bare', repo.folder, join(repo.folder, 'bare.git'));
    const before = repo.git('-C', 'bare.git', 'count-objects', '-v');
    expect((await decisions('--repo', 'bare.git'))[0]).toBe('web: bake 1 inputs-changed');
    expect(repo.git('-C', 'bare.git', 'count-objects', '-v')).toBe(before);
  });

  it('takes what is not committed for not there', async () => {
    repo.append('web/install.sh');
    repo.git('add', '--all');
    expect(await decisions('--from', 'HEAD')).toEqual(untouched);
  });

  it('must have the commit before: a shallow clone says what to do', async () => {
    repo.append('web/install.sh').commit();
    const clone = `${repo.folder}-shallow`;
    try {
      repo.git('clone', '--quiet', '--depth', '1', `file://${repo.folder}`, clone);
      const { exitCode, err } = await bakery(clone, ['plan']);
      expect({ exitCode, err }).toMatchObject({
        exitCode: 2,
        err: expect.stringContaining('git fetch --deepen=50') as string,
      });
    } finally {
      rmSync(clone, { recursive: true, force: true });
    }
  });

  it.each([
    ['no folder', ['--repo', 'nowhere'], 'NO_SUCH_PATH'],
    ['no repository', ['--repo', '/'], 'NOT_A_REPO'],
    ['no such commit', ['--to', 'nope'], 'NO_SUCH_COMMIT'],
    ['an option in place of a commit', ['--from=--output=/tmp/x'], 'NO_SUCH_COMMIT'],
    ['first, and from somewhere', ['--first', '--from', 'HEAD'], 'USAGE'],
  ])('%s: ends with 2', async (_, args, code) => {
    const { exitCode, out } = await bakery(repo.folder, ['plan', '--json', ...args]);
    expect({ exitCode, answer: JSON.parse(out) as unknown }).toMatchObject({
      exitCode: 2,
      answer: { format: 'ami-bakery/error/1', error: { code } },
    });
  });
});

describe('the answer', () => {
  it('has a stable shape', async () => {
    repo.append('web/install.sh').commit();
    const { plan } = await ask();
    expect(Object.keys(plan)).toEqual([
      'format',
      'from',
      'to',
      'valid',
      'warnings',
      'images',
      'otherFiles',
      'assumptions',
    ]);
    expect(Object.keys((plan as ValidPlan).images[0]!)).toEqual([
      'image',
      'decision',
      'step',
      'reasonCode',
      'reason',
      'waitsFor',
      'base',
      'changedFiles',
      'reusedFrom',
    ]);
  });

  it('names no AMI and no bake: none of them exists', async () => {
    repo.append('base-al2023/install.sh').commit();
    repo.revert();
    for (const args of [['plan'], ['plan', '--from', 'HEAD~2', '--to', 'HEAD~1'], ['plan', '--json']]) {
      expect((await bakery(repo.folder, args)).out).not.toMatch(/ami-[0-9a-f]{8}|000000000000|nowhere/);
    }
  });

  it('is a table for a person, without colours where nobody looks', async () => {
    repo.append('base-al2023/install.sh').commit();
    const { out } = await bakery(repo.folder, ['plan']);
    expect(out).toMatch(
      /^2     web\/x86_64          bake      its base base-al2023\/x86_64 is baked first$/m,
    );
    expect(out).toContain('3 bakes, in 2 steps: each waits for the one before.');
    expect(out).toMatch(/Base of base-al2023\/x86_64: ssm:.*, an AMI known at run time\./);
    const seen = await bakery(repo.folder, ['plan'], { colors: true, stdoutIsTerminal: true, columns: 60 });
    expect(seen.out).toContain('\u001b[');
  });
});

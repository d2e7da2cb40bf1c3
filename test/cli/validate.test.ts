import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Validation } from '../../src/cli/validate/validate';
import { ImageRepo } from './image-repo';
import { bakery } from './in-process';

let repo: ImageRepo;
afterEach(() => repo.remove());

const codes = async (path = '.') => {
  const { out, exitCode } = await bakery(repo.folder, ['validate', path, '--json']);
  const { problems } = JSON.parse(out) as Validation;
  return { exitCode, codes: problems.map(({ code }) => code) };
};

describe('the starter repos', () => {
  it.each(['platform', 'app'] as const)('%s is valid, also with a bakery that is named', async (name) => {
    repo = ImageRepo.starter(name);
    expect(await bakery(repo.folder, ['validate'])).toMatchObject({ exitCode: 0, err: '' });
    const strict = ['validate', '--bakery', name === 'app' ? 'shop' : name, '--upstream', 'platform'];
    expect(await bakery(repo.folder, strict)).toMatchObject({ exitCode: 0 });
  });

  it('is held to the bakeries that are followed, where they are told', async () => {
    repo = ImageRepo.starter('app');
    const { exitCode, out } = await bakery(repo.folder, ['validate', '--upstream', 'plattform', '.']);
    expect(exitCode).toBe(1);
    expect(out).toContain('error UNKNOWN_UPSTREAM');
    const both = ['validate', '--upstream', 'a', '--upstream', 'platform', '.'];
    expect((await bakery(repo.folder, both)).exitCode).toBe(0);
  });

  it('need not be committed, and can be named as a file or from elsewhere', async () => {
    repo = ImageRepo.starter('platform', 'golden').edit('golden/bakery.yml', (text) =>
      text.replace('template: web/', 'template: web2/'),
    );
    expect((await codes('golden')).codes).toEqual(['TEMPLATE_MISSING']);
    repo.write('golden/web2/main.pkr.hcl', '');
    expect((await codes('golden/bakery.yml')).codes).toEqual([]);
    const { out } = await bakery('/', ['validate', join(repo.folder, 'golden')]);
    expect(out).toContain(`valid ${join(repo.folder, 'golden/bakery.yml').slice(1)}: 3 images`);
  });
});

describe('a broken bakery.yml', () => {
  const broken = `version: 1
images:
  base:
    base: ssm:/aws/service/some-ami
    template: base/
    rebake: { cron: '*/5 * * * *', timezone: Europe/Lodon }
  web:
    base: image:bse
    tmplate: web/
    template: web/
`;

  it('is told whole, each problem with its line, a caret, what to do and what was probably meant', async () => {
    repo = ImageRepo.starter('platform').write('bakery.yml', broken);
    const { exitCode, out } = await bakery(repo.folder, ['validate']);
    expect(exitCode).toBe(1);
    expect(out).toContain(
      [
        'bakery.yml:8:11 error UNKNOWN_BASE The base "image:bse" of web is no image of this bakery.',
        '    8 |     base: image:bse',
        '      |           ^',
        '  fix: Correct the name, or add the image. Did you mean "image:base"?',
      ].join('\n'),
    );
    const found = [...out.matchAll(/^bakery\.yml:(\d+):\d+ error (\w+)/gm)].map(([, line, code]) => [
      Number(line),
      code,
    ]);
    expect(found).toEqual([
      [6, 'CRON_TOO_OFTEN'],
      [6, 'BAD_TIMEZONE'],
      [8, 'UNKNOWN_BASE'],
      [9, 'UNKNOWN_FIELD'],
    ]);
    expect(out).toMatch(/not valid bakery\.yml: 4 errors\.$/);
  });

  it('is one object with --json', async () => {
    repo = ImageRepo.starter('platform').write('bakery.yml', broken);
    const { exitCode, out, err } = await bakery(repo.folder, ['validate', '--json']);
    const result = JSON.parse(out) as Validation;
    expect({ exitCode, err, keys: Object.keys(result) }).toEqual({
      exitCode: 1,
      err: '',
      keys: ['format', 'file', 'ok', 'errors', 'warnings', 'images', 'problems'],
    });
    expect(result).toMatchObject({
      format: 'ami-bakery/validate/1',
      file: 'bakery.yml',
      ok: false,
      errors: 4,
    });
    expect(result.problems[2]).toMatchObject({
      code: 'UNKNOWN_BASE',
      severity: 'error',
      line: 8,
      column: 11,
      path: 'images.web.base',
      suggestion: 'image:base',
    });
  });

  it('shows a long line around the place, and its control characters as spaces', async () => {
    const long = `${'x'.repeat(300)}`;
    repo = ImageRepo.starter('platform').write(
      'bakery.yml',
      `version: 1\nimages:\n  a: { template: a/, variables: { v: ${long} }, base: "nonsense" }\n`,
    );
    const { out } = await bakery(repo.folder, ['validate']);
    const lines = out.split('\n');
    const at = lines.findIndex((line) => line.includes('BAD_BASE'));
    expect(lines[at + 1]!.length).toBeLessThan(120);
    expect(lines[at + 1]!.indexOf('"nonsense"')).toBe(lines[at + 2]!.indexOf('^'));
  });

  it('ends well where there are warnings only', async () => {
    repo = ImageRepo.starter('platform').edit('bakery.yml', (text) =>
      text.replace('only: [batch]', 'only: [batch]\n    builder: { instanceType: m7g.large }'),
    );
    const { exitCode, out } = await bakery(repo.folder, ['validate']);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/bakery\.yml:\d+:\d+ warning INSTANCE_ARCHITECTURE/);
    expect(out).toMatch(/valid bakery\.yml: 3 images, counting architectures; 1 warning\.$/);
  });
});

describe('the folder counts as the commit that it would become', () => {
  it.each<[string, () => void, string[]]>([
    [
      'an empty folder is not committed',
      () => {
        repo.git('mv', 'web', 'away');
        mkdirSync(join(repo.folder, 'web/nothing'), { recursive: true });
      },
      ['TEMPLATE_MISSING'],
    ],
    [
      'a symbolic link is one',
      () => {
        repo.git('mv', 'web', 'away');
        symlinkSync('away', join(repo.folder, 'web'));
      },
      ['NOT_A_PLAIN_INPUT'],
    ],
    [
      'nothing is found behind a link',
      () => {
        repo.git('mv', 'batch', 'away');
        symlinkSync('away', join(repo.folder, 'batch'));
      },
      ['TEMPLATE_MISSING', 'INPUT_MISSING'],
    ],
    [
      'a repository in it is a submodule',
      () => {
        repo.write('web/.git', 'gitdir: elsewhere');
      },
      ['NOT_A_PLAIN_INPUT'],
    ],
    [
      'upper and lower case differ',
      () => {
        repo.git('mv', 'web', 'Web');
      },
      ['TEMPLATE_MISSING'],
    ],
    [
      'the text of a template is read',
      () => {
        repo.write('batch/packer.json', '{"builders": [{"type": "amazon-ebs", "name": "bach"}]}');
      },
      ['ONLY_UNKNOWN'],
    ],
  ])('%s', async (_, change, expected) => {
    repo = ImageRepo.starter('platform');
    change();
    expect(await codes()).toEqual({ exitCode: 1, codes: expected });
  });
});

describe('where there is nothing to check, it ends with 2', () => {
  it.each([
    ['a path that does not exist', 'nowhere', 'NO_SUCH_PATH'],
    ['a folder without bakery.yml', 'web', 'NO_BAKERY_YML'],
  ])('%s', async (_, path, code) => {
    repo = ImageRepo.starter('platform');
    const { exitCode, out, err } = await bakery(repo.folder, ['validate', path]);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toContain(`error ${code} `);
    const json = await bakery(repo.folder, ['validate', path, '--json']);
    expect(JSON.parse(json.out)).toMatchObject({ format: 'ami-bakery/error/1', error: { code } });
  });

  it('says that bakery.yaml is not read', async () => {
    repo = ImageRepo.starter('platform').write('other/bakery.yaml', 'version: 1');
    expect((await bakery(repo.folder, ['validate', 'other'])).err).toContain('rename bakery.yaml');
  });
});

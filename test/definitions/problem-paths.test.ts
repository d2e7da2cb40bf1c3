import { readBakeryYml } from '../../src/lib/definitions/bakery-yml';
import { problemCodes } from '../../src/lib/definitions/problem-codes';

const read = (text: string, parameterPattern?: string) =>
  readBakeryYml(`version: 1\n${text}`, { bakery: 'shop', parameterPrefix: '/bakery/', parameterPattern })
    .problems;

it('each code has a sentence for the documentation', () => {
  for (const { meaning } of Object.values(problemCodes)) expect(meaning).toMatch(/^[A-Z`].{10,}\.$/);
});

describe('the path of a problem leads to what is to be changed, also where that is missing', () => {
  it.each([
    ['images:\n  web: { base: template, template: w/, rebake: { timezone: UTC } }', 'images.web.rebake.cron'],
    [
      'defaults: { rebake: { timezone: UTC } }\nimages:\n  web: { base: template, template: w/ }',
      'defaults.rebake.cron',
    ],
    ['images:\n  web: { base: template }', 'images.web.template'],
    ['images:\n  web: { base: template, template: w/, variables: { tags: x } }', 'images.web.variables.tags'],
    ['images:\n  web: { base: template, template: w/, inputs: [a, ../b] }', 'images.web.inputs.1'],
    [
      'images:\n  web: { base: template, template: w/, builder: { instanceType: { arm64: m5.large } }, architectures: [arm64] }',
      'images.web.builder.instanceType.arm64',
    ],
  ])('%s', (text, path) => {
    expect(read(text).map((problem) => problem.path)).toEqual([path]);
  });
});

describe('what is wrong with the parameters of an image is told once, at its name', () => {
  const two =
    'images:\n  web: { base: template, template: w/, channels: [a, b, c], architectures: [x86_64, arm64] }';
  it.each([
    [
      '/bakery/{image}/{arch}',
      'PARAMETER_CLASH',
      'web/x86_64@b and web/x86_64@a would both be the parameter "/bakery/web/x86_64".',
    ],
    [
      '/bakery/{image}/{arch}/{channel}/',
      'BAD_PARAMETER_PATH',
      'The parameter of web/x86_64@a would be "/bakery/web/x86_64/a/": a level of it is empty.',
    ],
  ])('%s', (pattern, code, message) => {
    expect(read(two, pattern)).toMatchObject([{ code, message, path: 'images.web', line: 3, column: 3 }]);
  });

  it('of each image', () => {
    const text = 'images:\n  app: { base: template, template: w/ }\n  web: { base: template, template: w/ }';
    expect(read(text, '/bakery//{image}').map(({ path }) => path)).toEqual(['images.app', 'images.web']);
  });
});

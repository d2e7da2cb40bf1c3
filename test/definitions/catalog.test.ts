import { readBakeryYml } from '../../src/lib/definitions/bakery-yml';
import type { BakeryYmlOptions } from '../../src/lib/definitions/bakery-yml';
import type { ImageDefinition } from '../../src/lib/definitions/catalog';

const read = (text: string, options: Partial<BakeryYmlOptions> = {}) =>
  readBakeryYml(text, { bakery: 'shop', parameterPrefix: '/bakery/', ...options });
const images = (text: string): ImageDefinition[] => {
  const { catalog, problems } = read(text);
  if (catalog === undefined) throw new Error(JSON.stringify(problems, null, 2));
  return catalog.images;
};
const first = (fields: string, defaults = '{}') =>
  images(
    `version: 1\ndefaults: ${defaults}\nimages:\n  web: { template: web/, base: template, ${fields} }\n`,
  )[0]!;

describe('an image of bakery.yml', () => {
  it('without defaults has those of the bakery', () => {
    const web = first('inputs: []');
    expect(web).toMatchObject({
      key: 'web/x86_64',
      name: 'web',
      architecture: 'x86_64',
      inputs: [],
      variables: {},
      only: [],
      builder: {},
      builderEpoch: 0,
      tags: {},
      channels: ['stable'],
      share: { accounts: [], organizations: [], organizationalUnits: [] },
      timeoutMinutes: 60,
    });
    for (const absent of ['rebake', 'notify', 'was']) expect(web).not.toHaveProperty(absent);
    expect(web.builder).toEqual({});
  });

  const defaults = `{ notify: platform, architectures: [arm64], timeoutMinutes: 30, builderEpoch: 3,
    channels: [candidate, stable], tags: { a: "1", b: "1" }, variables: { v: "1", w: "1" },
    builder: { instanceType: { arm64: m7g.large, x86_64: m7i.large }, instanceProfile: packer },
    rebake: { cron: " 0 2 * * * ", timezone: Europe/London, publish: always },
    distribution: { share: { accounts: ["222222222222", "111111111111"], organizations: [o-1234567890] } } }`;

  it('takes from defaults what it does not say', () => {
    expect(first('inputs: []', defaults)).toMatchObject({
      key: 'web/arm64',
      notify: 'platform',
      timeoutMinutes: 30,
      builderEpoch: 3,
      channels: ['candidate', 'stable'],
      tags: { a: '1', b: '1' },
      variables: { v: '1', w: '1' },
      builder: { instanceType: 'm7g.large', instanceProfile: 'packer' },
      rebake: { cron: '0 2 * * *', timezone: 'Europe/London', publish: 'always' },
      share: { accounts: ['111111111111', '222222222222'], organizations: ['o-1234567890'] },
    });
  });

  it('wins over defaults: maps are merged by key, all else is replaced', () => {
    const own = `notify: web-team, architectures: [x86_64], timeoutMinutes: 90, builderEpoch: 4, channels: [stable],
      tags: { b: "2" }, variables: { w: "2" }, was: old-web, only: [b, a], inputs: [common/, ./x],
      builder: { instanceType: { x86_64: c7i.large }, instanceProfile: own },
      rebake: { cron: "0 3 * * *" }, distribution: { share: { accounts: ["333333333333"] } }`;
    expect(first(own, defaults)).toMatchObject({
      key: 'web/x86_64',
      notify: 'web-team',
      timeoutMinutes: 90,
      builderEpoch: 4,
      channels: ['stable'],
      tags: { a: '1', b: '2' },
      variables: { v: '1', w: '2' },
      was: 'old-web',
      only: ['b', 'a'],
      inputs: ['common', 'x'],
      builder: { instanceType: 'c7i.large', instanceProfile: 'own' },
      rebake: { cron: '0 3 * * *', timezone: 'Europe/London', publish: 'always' },
      share: { accounts: ['333333333333'], organizations: ['o-1234567890'] },
    });
  });

  const perArchitecture = '{ arm64: m7g.large, x86_64: m7i.large }';
  it.each<[string, string, string, string | undefined]>([
    ['a type for all replaces one for each', 'm7i.xlarge', perArchitecture, 'm7i.xlarge'],
    ['one for each replaces a type for all', '{ x86_64: c7i.large }', 'm7i.large', 'c7i.large'],
    ['only the other architecture is named', '{ arm64: m7g.large }', 'm7i.large', undefined],
    ['one for each adds to one for each', '{ arm64: c7g.large }', perArchitecture, 'm7i.large'],
  ])('instance type: %s', (_, own, general, type) => {
    const web = first(`builder: { instanceType: ${own} }`, `{ builder: { instanceType: ${general} } }`);
    expect(web.builder).toEqual(type === undefined ? {} : { instanceType: type });
  });

  it('accounts and the like are named once, whatever the order', () => {
    const share = 'accounts: ["2".."1"]'.replace(
      '"2".."1"',
      '"222222222222", "111111111111", "222222222222"',
    );
    expect(first(`distribution: { share: { ${share} } }`).share.accounts).toEqual([
      '111111111111',
      '222222222222',
    ]);
  });
});

describe('a schedule', () => {
  const nightly = '{ rebake: { cron: "0 2 * * *" } }';
  const of = (fields: string, defaults = '{}') =>
    images(
      `version: 1\ndefaults: ${defaults}\nimages:\n  base: { template: b/, base: template }\n  web: { template: web/, ${fields} }\n`,
    ).find(({ name }) => name === 'web')?.rebake;

  it.each<[string, string, string, object | undefined]>([
    ['of defaults holds for a base from outside', 'base: ssm:/x', nightly, { cron: '0 2 * * *' }],
    ['of defaults does not for an image on an image', 'base: image:base', nightly, undefined],
    ['of defaults does not for an image of another bakery', 'base: upstream:p/base', nightly, undefined],
    ['false: none', 'base: ssm:/x, rebake: false', nightly, undefined],
    ['false under defaults: none', 'base: ssm:/x', '{ rebake: false }', undefined],
    [
      'of its own over false under defaults',
      'base: ssm:/x, rebake: { cron: "0 5 * * *" }',
      '{ rebake: false }',
      { cron: '0 5 * * *', timezone: 'UTC', publish: 'if-changed' },
    ],
    [
      'of its own on an image, with the rest from defaults',
      'base: image:base, rebake: { timezone: Asia/Tokyo }',
      '{ rebake: { cron: "0 2 * * *", publish: always } }',
      { cron: '0 2 * * *', timezone: 'Asia/Tokyo', publish: 'always' },
    ],
  ])('%s', (_, fields, defaults, rebake) => {
    const found = of(fields, defaults);
    if (rebake === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(rebake);
  });
});

describe('a base', () => {
  it.each<[string, ImageDefinition['base']]>([
    ['ssm:/x/{arch}/y', { kind: 'ssm', path: '/x/arm64/y' }],
    [`ssm:${'/a'.repeat(15)}`, { kind: 'ssm', path: '/a'.repeat(15) }],
    ['ami:ami-01234567', { kind: 'ami', amiId: 'ami-01234567' }],
    ['ami:ami-0123456789abcdef0', { kind: 'ami', amiId: 'ami-0123456789abcdef0' }],
    ['template', { kind: 'template' }],
    ['image:base', { kind: 'image', image: 'base/arm64', channel: 'candidate' }],
    ['image:base@stable', { kind: 'image', image: 'base/arm64', channel: 'stable' }],
    ['upstream:p/base', { kind: 'upstream', bakery: 'p', image: 'base/arm64', channel: 'stable' }],
    ['upstream:p/base@edge', { kind: 'upstream', bakery: 'p', image: 'base/arm64', channel: 'edge' }],
    [
      '{ ami-filter: { owners: [self, amazon], name: [b-*, "a-{arch}-*"] } }',
      {
        kind: 'ami-filter',
        owners: ['amazon', 'self'],
        filters: { architecture: ['arm64'], name: ['a-arm64-*', 'b-*'] },
      },
    ],
    [
      '{ ami-filter: { owners: "111111111111", filters: { "tag:x": y, architecture: "{arch}_mac" } } }',
      {
        kind: 'ami-filter',
        owners: ['111111111111'],
        filters: { architecture: ['arm64_mac'], 'tag:x': ['y'] },
      },
    ],
    [
      `'ami-filter:{"owners": "aws-marketplace", "name": "x"}'`,
      { kind: 'ami-filter', owners: ['aws-marketplace'], filters: { architecture: ['arm64'], name: ['x'] } },
    ],
  ])('%s', (written, base) => {
    const found = images(
      `version: 1\ndefaults: { architectures: [arm64] }\nimages:\n  base: { template: b/, base: template, channels: [candidate, stable] }\n  web:\n    template: web/\n    base: ${written}\n`,
    );
    expect(found.find(({ name }) => name === 'web')?.base).toEqual(base);
  });

  const own = (base: string, options: Partial<BakeryYmlOptions>) =>
    read(
      `version: 1\nimages:\n  base: { template: b/, base: template }\n  web: { template: web/, base: "${base}" }\n`,
      options,
    ).problems.map(({ code, suggestion }) => `${code} ${suggestion}`);
  const pattern = { parameterPrefix: '/amis/', parameterPattern: '/amis/{channel}/{image}.{arch}' };
  it.each<[string, Partial<BakeryYmlOptions>, string[]]>([
    ['ssm:/amis/stable/base.x86_64', pattern, ['BASE_OWN_PREFIX image:base@stable']],
    ['ssm:/amis/edge/base.x86_64', pattern, ['BASE_OWN_PREFIX image:base@edge']],
    ['ssm:/amis/stable/basexarm64', pattern, ['BASE_OWN_PREFIX undefined']],
    ['ssm:/amis/stable/other.x86_64', pattern, ['BASE_OWN_PREFIX undefined']],
    ['ssm:/amis2/stable/other.x86_64', pattern, []],
    ['ssm:/x/amis/stable/base.x86_64', pattern, []],
    [
      'ssm:/base/x86_64',
      { parameterPrefix: '/', parameterPattern: '/{image}/{arch}' },
      ['BASE_OWN_PREFIX image:base@stable'],
    ],
    ['ssm:/other/x86_64', { parameterPrefix: '/', parameterPattern: '/{image}/{arch}' }, []],
  ])('%s, where parameters are %j', (base, options, codes) => {
    expect(own(base, options)).toEqual(codes);
  });
});

it('images come sorted by key, and templates by the way Packer reads them', () => {
  const found = images(
    ['version: 1', 'images:']
      .concat(
        ['d: d/', 'c: c.pkr.hcl', 'b: b.pkr.json', 'a: a.json', 'e: e', 'f: .', 'g: ./', 'h: x/./'].map(
          (line) => {
            const [name, template] = line.split(': ');
            return `  i${name}: { base: template, template: "${template}" }`;
          },
        ),
      )
      .filter((line) => !line.includes('x/./'))
      .join('\n'),
  );
  expect(found.map(({ name, template }) => [name, template.path, template.kind])).toEqual([
    ['ia', 'a.json', 'json'],
    ['ib', 'b.pkr.json', 'hcl-file'],
    ['ic', 'c.pkr.hcl', 'hcl-file'],
    ['id', 'd', 'hcl-folder'],
    ['ie', 'e', 'hcl-folder'],
    ['if', '', 'hcl-folder'],
    ['ig', '', 'hcl-folder'],
  ]);
});

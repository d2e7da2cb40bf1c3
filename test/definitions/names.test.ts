import {
  amiName,
  baseId,
  parameterName,
  parameterNameFault,
  splitImageKey,
} from '../../src/lib/definitions/names';

it('AMI names are legal, at most 128 characters, and end with the bake', () => {
  expect(amiName('web/x86_64', 'b-01j')).toBe('web-x86_64-b-01j');
  const long = amiName(`${'a'.repeat(200)}/arm64`, `b-${'0'.repeat(26)}`);
  expect(long).toHaveLength(128);
  expect(long).toMatch(/^[A-Za-z0-9()[\] ./'@_-]{3,128}-b-0{26}$|^a+-b-0{26}$/);
});

it('parameters follow the pattern, whatever is in a name', () => {
  expect(parameterName('/bakery/{image}/{arch}/{channel}', 'web', 'arm64', 'stable')).toBe(
    '/bakery/web/arm64/stable',
  );
  expect(parameterName('/{channel}/{image}-{arch}', '$&', 'arm64', 'c')).toBe('/c/$&-arm64');
});

it.each<[string, string | undefined]>([
  ['/bakery/web/arm64/stable', undefined],
  ['/aws-x/web', 'names that begin with aws or ssm are kept by AWS'],
  ['/SSM', 'names that begin with aws or ssm are kept by AWS'],
  ['/my/aws', undefined],
  ['bakery/web', 'it does not begin with a slash'],
  ['/a//b', 'a level of it is empty'],
  ['/a b', 'it holds other characters than letters, digits and _ . - /'],
  [`/${'a/'.repeat(14)}a`, undefined],
  [`/${'a/'.repeat(15)}a`, 'it has 16 levels, more than 15'],
  [`/${'a'.repeat(899)}`, undefined],
  [`/${'a'.repeat(900)}`, 'it is 901 characters long, more than 900'],
])('as a parameter %s has the fault: %s', (name, fault) => {
  expect(parameterNameFault(name)).toBe(fault);
});

it('keys are taken apart, and anything else is refused', () => {
  expect(splitImageKey('web/x86_64')).toEqual({ name: 'web', architecture: 'x86_64' });
  expect(splitImageKey('a/b/arm64')).toEqual({ name: 'a/b', architecture: 'arm64' });
  for (const wrong of ['web/i386', 'arm64', '/arm64', ''])
    expect(() => splitImageKey(wrong as 'web/arm64')).toThrow(
      new TypeError(`"${wrong}" is not an image key. Write name/architecture, for example web/arm64.`),
    );
});

it('what EC2 refuses in a name becomes hyphens', () => {
  expect(amiName('wéb (1)/arm64', 'b_:1')).toBe('w-b (1)-arm64-b_-1');
});

it('equal bases have equal ids', () => {
  const filter = (filters: Record<string, string[]>) =>
    baseId({ kind: 'ami-filter', owners: ['amazon'], filters });
  expect(filter({ a: ['1'], b: ['2'] })).toBe(filter({ b: ['2'], a: ['1'] }));
  expect(filter({ a: ['1'] })).toBe('ami-filter:{"filters":{"a":["1"]},"owners":["amazon"]}');
  expect(baseId({ kind: 'ssm', path: '/x' })).toBe('ssm:/x');
  expect(baseId({ kind: 'ami', amiId: 'ami-1' })).toBe('ami:ami-1');
  expect(baseId({ kind: 'template' })).toBe('template');
  expect(baseId({ kind: 'image', image: 'web/arm64', channel: 'stable' })).toBe('image:web/arm64@stable');
  expect(baseId({ kind: 'upstream', bakery: 'p', image: 'web/arm64', channel: 'stable' })).toBe(
    'upstream:p/web/arm64@stable',
  );
});

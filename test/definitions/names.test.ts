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

it.each([
  ['/bakery/web/arm64/stable', true],
  ['/aws-x/web', false],
  ['/ssm', false],
  ['bakery/web', false],
  ['/a//b', false],
  ['/a b', false],
  [`/${'a/'.repeat(15)}a`, false],
  [`/${'a'.repeat(950)}`, false],
])('%s is a legal parameter: %s', (name, legal) => {
  expect(parameterNameFault(name) === undefined).toBe(legal);
});

it('keys are taken apart, and anything else is refused', () => {
  expect(splitImageKey('web/x86_64')).toEqual({ name: 'web', architecture: 'x86_64' });
  expect(() => splitImageKey('web/i386' as 'web/arm64')).toThrow(TypeError);
});

it('equal bases have equal ids', () => {
  const filter = (filters: Record<string, string[]>) =>
    baseId({ kind: 'ami-filter', owners: ['amazon'], filters });
  expect(filter({ a: ['1'], b: ['2'] })).toBe(filter({ b: ['2'], a: ['1'] }));
  expect(baseId({ kind: 'ssm', path: '/x' })).toBe('ssm:/x');
  expect(baseId({ kind: 'upstream', bakery: 'p', image: 'web/arm64', channel: 'stable' })).toBe(
    'upstream:p/web/arm64@stable',
  );
});

import { BakeRefused, readRequest } from '../../packer/environment/bake/request';

const environment = {
  BAKE_ID: 'b-01',
  BAKERY_IMAGE: 'web/x86_64',
  BAKERY_ROOT: 'images',
  BAKERY_TEMPLATE: 'web',
  BAKERY_INPUTS: '["web","common"]',
  BAKERY_ONLY: '[]',
  BAKERY_VARIABLES: '{"nginx_version":"1.28"}',
  BAKERY_CONTRACT: '{"source_ami":"ami-0a","ami_name":"web-b-01","tags":{"CostCenter":"4711"}}',
};

it('reads what the bakery asks for', () => {
  expect(readRequest(environment)).toEqual({
    bakeId: 'b-01',
    image: 'web/x86_64',
    root: 'images',
    template: 'web',
    inputs: ['web', 'common'],
    only: [],
    variables: { nginx_version: '1.28' },
    contract: { source_ami: 'ami-0a', ami_name: 'web-b-01' },
    tags: { CostCenter: '4711' },
  });
});

it('an empty root is the root of the repo', () => {
  expect(readRequest({ ...environment, BAKERY_ROOT: '' }).root).toBe('');
});

it.each([
  ['BAKE_ID', undefined],
  ['BAKERY_TEMPLATE', undefined],
  ['BAKERY_TEMPLATE', '../other'],
  ['BAKERY_TEMPLATE', '/etc'],
  ['BAKERY_ROOT', 'a/../../b'],
  ['BAKERY_INPUTS', '["web","../.."]'],
  ['BAKERY_INPUTS', '{}'],
  ['BAKERY_ONLY', '[1]'],
  ['BAKERY_VARIABLES', '{"a":1}'],
  ['BAKERY_VARIABLES', 'a=b'],
  ['BAKERY_CONTRACT', '[]'],
  ['BAKERY_CONTRACT', '{"tags":{"a":[]}}'],
])('refuses %s=%s by name', (name, value) => {
  expect(() => readRequest({ ...environment, [name]: value })).toThrow(BakeRefused);
  expect(() => readRequest({ ...environment, [name]: value })).toThrow(name);
});

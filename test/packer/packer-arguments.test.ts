import { packerCall } from '../../packer/environment/bake/packer-arguments';
import type { BakeRequest } from '../../packer/environment/bake/request';
import { temporaryFolder, writeFiles } from '../local/git/local-world';

const request: BakeRequest = {
  bakeId: 'b-01',
  image: 'web/x86_64',
  root: '',
  template: 'web',
  inputs: ['web'],
  only: [],
  variables: {},
  contract: { source_ami: 'ami-0a', region: 'eu-west-1' },
  tags: { Team: 'a "quoted" ${var.x} %{if}' },
};

async function folder() {
  const path = await temporaryFolder();
  await writeFiles(path, {
    'web/image.pkr.hcl': '',
    'one.pkr.json': '{}',
    'packer.json': '{"variables":{"source_ami":"","nginx_version":null},"builders":[]}',
    'broken.json': '{',
  });
  return path;
}

it('HCL2 gets the contract as variables of the environment, tags as an expression in which nothing is evaluated', async () => {
  const call = packerCall({ ...request, variables: { v: 'a b' }, only: ['x', 'y'] }, await folder());
  expect(call.environment).toEqual({
    PKR_VAR_source_ami: 'ami-0a',
    PKR_VAR_region: 'eu-west-1',
    PKR_VAR_tags: '{"Team":"a \\"quoted\\" $${var.x} %%{if}"}',
  });
  expect(call.validate).toEqual(['-only=x,y', '-var', 'v=a b', 'web']);
  expect(call.build).toEqual([
    '-machine-readable',
    '-color=false',
    '-timestamp-ui',
    '-on-error=cleanup',
    '-only=x,y',
    '-var',
    'v=a b',
    'web',
  ]);
});

it('HCL2 written as JSON is HCL2', async () => {
  expect(packerCall({ ...request, template: 'one.pkr.json' }, await folder()).environment).toHaveProperty(
    'PKR_VAR_source_ami',
  );
});

it('classic JSON gets what it declares, and never tags', async () => {
  const call = packerCall(
    { ...request, template: 'packer.json', variables: { nginx_version: '1' } },
    await folder(),
  );
  expect(call.environment).toEqual({});
  expect(call.validate).toEqual(['-var', 'source_ami=ami-0a', '-var', 'nginx_version=1', 'packer.json']);
});

it.each([
  ['packer.json', { colour: 'red' }, 'colour'],
  ['broken.json', {}, 'no JSON'],
])('refuses %s with %j', async (template, variables, message) => {
  const path = await folder();
  expect(() => packerCall({ ...request, template, variables }, path)).toThrow(message);
});

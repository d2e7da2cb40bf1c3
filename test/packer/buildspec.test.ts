import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { LocalCodeBuild } from '../../src/local/builds/codebuild';
import { ProcessRunner } from '../../src/local/builds/process-runner';
import { RepoStore } from '../../src/local/git/repo-store';
import { buildspecFile } from '../../scripts/generated/buildspec-file';
import { at, searchPath, temporaryFolder, writeFiles } from '../local/git/local-world';
import { projectName, scheduledWorld } from '../local/builds/local-codebuild';

/** A packer that says what it was told, and then does what the test wants. */
const scripted = (validate: string, build: string) => `#!/bin/bash
case $1 in
version) echo "Packer v1.16.0" ;;
plugins) echo "/root/.config/packer/plugins/github.com/hashicorp/amazon/packer-plugin-amazon_v1.8.2_x5.0_linux_amd64" ;;
validate) echo "validate: \${*:2} in $(find . -type f | sort | tr '\\n' ' ')"; ${validate} ;;
build) echo "build: \${*:2} tags=$PKR_VAR_tags"; ${build} ;;
esac`;

const amis = 'echo "1,x,artifact,0,id,us-east-1:ami-0b%!(PACKER_COMMA)eu-west-1:ami-0a"';

/** Runs the bakery's real buildspec over a repo, with a scripted packer on the path. */
async function bake(
  options: {
    validate?: string;
    build?: string;
    files?: Record<string, string>;
    variables?: Record<string, string>;
  } = {},
) {
  const { validate = 'true', build = amis } = options;
  const { world, scheduler } = scheduledWorld();
  const bin = await temporaryFolder();
  await writeFiles(bin, { packer: scripted(validate, build) });
  await chmod(join(bin, 'packer'), 0o755);
  const repos = new RepoStore(world, { root: await temporaryFolder(), searchPath });
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'web/image.pkr.hcl': '', 'common/x.sh': '', 'other/y': '', ...options.files });
  await repos.createRepo({ ...at, name: 'images', from: { folder } });
  let output = '';
  const runner = new ProcessRunner(world, {
    root: await temporaryFolder(),
    repos,
    searchPath,
    onOutput: (_id, text) => (output += text),
    benchEnvironment: async () => ({ pathPrefix: bin, env: {}, close: async () => undefined }),
  });
  const codebuild = new LocalCodeBuild(world, { runner });
  const location = 'https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/images';
  const buildspec = buildspecFile.text();
  codebuild.putProject(at, { name: projectName, source: { type: 'CODECOMMIT', location, buildspec } });
  const environment = {
    BAKE_ID: 'b-01',
    BAKERY_IMAGE: 'web/x86_64',
    BAKERY_ROOT: '',
    BAKERY_TEMPLATE: 'web',
    BAKERY_INPUTS: '["web","common"]',
    BAKERY_ONLY: '[]',
    BAKERY_VARIABLES: '{"colour":"red"}',
    BAKERY_CONTRACT: '{"source_ami":"ami-0a","tags":{"Team":"x"}}',
    ...options.variables,
  };
  const environmentVariablesOverride = Object.entries(environment).map(([name, value]) => ({ name, value }));
  const { build: started } = codebuild.StartBuild(
    { projectName, sourceVersion: 'main', environmentVariablesOverride },
    at,
  );
  await scheduler.settle({ maxWaitMs: 20_000 });
  const ended = codebuild.BatchGetBuilds({ ids: [started?.id ?? ''] }, at).builds?.[0];
  const exported = Object.fromEntries(
    (ended?.exportedEnvironmentVariables ?? []).map(({ name, value }) => [name, value ?? '']),
  );
  return { status: ended?.buildStatus, exported, output };
}

it('a bake that succeeds exports its AMIs, and what it was built with', async () => {
  const { status, exported, output } = await bake();
  expect(status).toBe('SUCCEEDED');
  expect(exported).toEqual({
    AMIS: 'eu-west-1:ami-0a,us-east-1:ami-0b',
    FAILURE_CLASS: '',
    FAILURE_LINES: '',
    PACKER_VERSION: '1.16.0',
    PACKAGES_HASH: '',
    PACKAGES: '',
    BUILDER: expect.stringMatching(
      /^packer 1\.16\.0; packer-plugin-amazon_v1\.8\.2_x5\.0_linux_amd64; aws\/codebuild\/\S+; tools\.lock [0-9a-f]{12}$/,
    ),
  });
  expect(output).toContain('validate: -var colour=red web in ./common/x.sh ./web/image.pkr.hcl');
  expect(output).toContain('tags={"Team":"x"}');
  expect(output).not.toContain('artifact,0');
});

it('a failing script exports its class and the last lines, without the secret in them', async () => {
  const { status, exported } = await bake({
    build: `echo "1,,ui,message,    web: password=hunter2hunter2"
      echo "1,,ui,error,==> web: Script exited with non-zero exit status: 7"; exit 1`,
  });
  expect(status).toBe('FAILED');
  expect(exported).toMatchObject({ AMIS: '', FAILURE_CLASS: 'script', PACKER_VERSION: '1.16.0' });
  expect(exported.FAILURE_LINES).toContain('==> web: Script exited with non-zero exit status: 7');
  expect(exported.FAILURE_LINES).toContain('password=****');
  expect(exported.FAILURE_LINES).not.toContain('hunter2');
});

it('half a success is a failure and exports no AMI', async () => {
  const { status, exported } = await bake({
    build: `${amis}; echo "1,b,error,Timeout waiting for SSH."; exit 1`,
  });
  expect(status).toBe('FAILED');
  expect(exported).toMatchObject({ AMIS: '', FAILURE_CLASS: 'network' });
});

it('a bake exports what its template tells of the packages, sorted and hashed', async () => {
  const tells = (lines: string[]) =>
    `${lines.map((line) => `echo "1,,ui,message,    web: ${line}"`).join('; ')}; ${amis}`;
  const all = [
    'bakery-package: zlib 1:1.2-3.x86_64',
    'bakery-package: bash 5.2-1.x86_64',
    'bakery-packages: whole',
  ];
  const { exported, output } = await bake({ build: tells(all) });
  expect(gunzipSync(Buffer.from(exported.PACKAGES ?? '', 'base64')).toString()).toBe(
    'bash 5.2-1.x86_64\nzlib 1:1.2-3.x86_64\n',
  );
  expect(exported.PACKAGES_HASH).toMatch(/^[0-9a-f]{64}$/);
  expect(output).toContain(`2 packages, ${exported.PACKAGES_HASH}`);
});

it('a template that does not validate is not built', async () => {
  const { exported, output } = await bake({ validate: 'echo "Error: Unsupported argument"; exit 1' });
  expect(exported).toMatchObject({ FAILURE_CLASS: 'template' });
  expect(output).not.toContain('build: ');
});

it.each([
  ['an input that is not there', { BAKERY_INPUTS: '["web","gone"]' }, /gone is declared/],
  ['a broken request', { BAKERY_CONTRACT: '{' }, /BAKERY_CONTRACT/],
  ['a root outside of the repo', { BAKERY_ROOT: '../..' }, /BAKERY_ROOT/],
])('%s fails before packer runs', async (_case, variables, message) => {
  const { status, exported, output } = await bake({ variables });
  expect(status).toBe('FAILED');
  expect(exported.FAILURE_CLASS).toBe('template');
  expect(exported.FAILURE_LINES).toMatch(message);
  expect(output).not.toContain('validate: ');
});

it('passes signals on to packer', async () => {
  const { exported, output } = await bake({
    build: `trap 'echo "1,,ui,error,packer cleaned up"; exit 1' TERM; kill -TERM $PPID; for i in {1..50}; do sleep 0.1; done`,
  });
  expect(output).toContain('packer cleaned up');
  expect(exported.FAILURE_CLASS).toBe('unknown');
});

import { spawnSync } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Build } from '@aws-sdk/client-codebuild';
import { LocalCodeBuild } from '../../../src/local/builds/codebuild';
import { ProcessRunner } from '../../../src/local/builds/process-runner';
import type { ProcessRunnerOptions } from '../../../src/local/builds/process-runner';
import { RepoStore } from '../../../src/local/git/repo-store';
import { at, searchPath, temporaryFolder, writeFiles } from '../git/local-world';
import { projectName, scheduledWorld } from './local-codebuild';
import { testWith } from '../../support/test-with';

/** Runs one build of a repo with these files, to its end. */
async function runBuild(
  buildspec: string,
  options: {
    files?: Record<string, string>;
    variables?: Record<string, string>;
    sourceVersion?: string;
    runner?: Partial<ProcessRunnerOptions>;
    during?: (codebuild: LocalCodeBuild, id: string) => Promise<void>;
  } = {},
) {
  const { world, scheduler, events } = scheduledWorld();
  const repos = new RepoStore(world, { root: await temporaryFolder(), searchPath });
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'README.md': 'x', ...options.files });
  await repos.createRepo({ ...at, name: 'images', from: { folder } });
  events.length = 0;
  const root = await temporaryFolder();
  let output = '';
  const codebuild = new LocalCodeBuild(world, {
    runner: new ProcessRunner(world, {
      root,
      repos,
      searchPath,
      onOutput: (_id, text) => (output += text),
      ...options.runner,
    }),
  });
  const location = 'https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/images';
  codebuild.putProject(at, { name: projectName, source: { type: 'CODECOMMIT', location, buildspec } });
  const variables = Object.entries(options.variables ?? {}).map(([name, value]) => ({ name, value }));
  const { sourceVersion = 'main' } = options;
  const started = codebuild.StartBuild(
    { projectName, sourceVersion, environmentVariablesOverride: variables },
    at,
  );
  const id = started.build?.id ?? '';
  await options.during?.(codebuild, id);
  await scheduler.settle({ maxWaitMs: 20_000 });
  const build: Build = codebuild.BatchGetBuilds({ ids: [id] }, at).builds?.[0] ?? {};
  const exported = Object.fromEntries(
    (build.exportedEnvironmentVariables ?? []).map(({ name, value }) => [name, value]),
  );
  const phases = Object.fromEntries(
    (build.phases ?? []).map(({ phaseType, phaseStatus }) => [phaseType, phaseStatus]),
  );
  return { build, exported, phases, output, events, root };
}

const spec = (phases: string, env = '  exported-variables: [A, B]') =>
  `version: 0.2\nenv:\n${env}\nphases:\n${phases}`;

it('runs the phases in order in the checked-out commit, and exports what they set', async () => {
  const { build, exported, output, events } = await runBuild(
    spec(`
  install: { commands: ["export A=from-install", "unexported=kept"] }
  pre_build: { commands: ["cd sub", "A=\\"$A and $unexported\\""] }
  build: { commands: ["cat file.txt", "export B=\\"$(git rev-parse HEAD) $CODEBUILD_BUILD_SUCCEEDING\\""] }
  post_build: { commands: ["printf 'in %s\\n' \\"\${PWD##*/}\\""] }`),
    { files: { 'sub/file.txt': 'hello from the repo\n' } },
  );
  expect(build.buildStatus).toBe('SUCCEEDED');
  expect(exported).toEqual({ A: 'from-install and kept', B: `${build.resolvedSourceVersion} 1` });
  expect(output).toContain('hello from the repo\n');
  expect(output).toContain('in sub\n');
  expect(build.phases?.map(({ phaseType }) => phaseType)).toEqual([
    'SUBMITTED',
    'PROVISIONING',
    'DOWNLOAD_SOURCE',
    'INSTALL',
    'PRE_BUILD',
    'BUILD',
    'POST_BUILD',
    'UPLOAD_ARTIFACTS',
    'FINALIZING',
    'COMPLETED',
  ]);
  const log = await readFile(fileURLToPath(build.logs?.deepLink ?? ''), 'utf8');
  expect(log).toBe(output);
  expect(events.map(({ detail }) => detail['build-status'])).toEqual(['IN_PROGRESS', 'SUCCEEDED']);
});

it.each(['sh', 'bash'])('a value survives from phase to phase in %s whatever is in it', async (shell) => {
  const value = `two\nlines 'and' "quotes" $HOME \`x\` \\ ü`;
  const { exported } = await runBuild(
    spec(
      `
  build: { commands: ["export A=\\"$GIVEN\\""] }
  post_build: { commands: ["export B=\\"$A\\""] }`,
      `  shell: ${shell === 'sh' ? '/bin/sh' : shell}\n  exported-variables: [A, B]`,
    ),
    { variables: { GIVEN: value } },
  );
  expect(exported).toEqual({ A: value, B: value });
});

it('bash means bash', async () => {
  const { exported } = await runBuild(
    spec(
      `  build: { commands: ["list=(x y)"] }\n  post_build: { commands: ['[[ \${#list[@]} == 2 ]] && export A="\${list[1]}"'] }`,
      '  shell: bash\n  exported-variables: [A]',
    ),
  );
  expect(exported).toEqual({ A: 'y' });
});

describe('when a command fails', () => {
  it('in build, the rest of the phase is left out, finally and post_build run and know', async () => {
    const { build, phases, exported, output } = await runBuild(
      spec(`
  build:
    commands: ["export A=before", "(exit 7)", "export A=after"]
    finally: ["echo in finally $CODEBUILD_BUILD_SUCCEEDING"]
  post_build: { commands: ["export B=succeeding=$CODEBUILD_BUILD_SUCCEEDING"] }`),
    );
    expect(build.buildStatus).toBe('FAILED');
    expect(phases).toMatchObject({ BUILD: 'FAILED', POST_BUILD: 'SUCCEEDED' });
    expect(exported).toEqual({ A: 'before', B: 'succeeding=0' });
    expect(output).toContain('in finally 0');
    expect(build.phases?.find(({ phaseType }) => phaseType === 'BUILD')?.contexts).toEqual([
      {
        statusCode: 'COMMAND_EXECUTION_ERROR',
        message: 'Error while executing command: (exit 7). Reason: exit status 7',
      },
    ]);
  });

  it('an exit in a command ends the phase, not the build', async () => {
    const { build, exported } = await runBuild(
      spec(`
  build: { commands: ["export A=1", "exit 3"] }
  post_build: { commands: ["export B=ran"] }`),
    );
    expect(build.buildStatus).toBe('FAILED');
    expect(exported).toEqual({ A: '1', B: 'ran' });
  });

  it('in pre_build, neither build nor post_build runs, and nothing is exported', async () => {
    const { build, phases, exported } = await runBuild(
      spec(`
  pre_build: { commands: ["export A=1", "false"] }
  build: { commands: ["true"] }
  post_build: { commands: ["true"] }`),
    );
    expect(build.buildStatus).toBe('FAILED');
    expect(phases).not.toHaveProperty('BUILD');
    expect(exported).toEqual({});
  });

  it('in post_build, the build has failed', async () => {
    const { build } = await runBuild(spec('  post_build: { commands: ["false"] }'));
    expect(build.buildStatus).toBe('FAILED');
  });

  it('on-failure says whether the build goes on', async () => {
    const aborted = await runBuild(
      spec('  build: { on-failure: ABORT, commands: ["false"] }\n  post_build: { commands: ["true"] }'),
    );
    expect(aborted.phases).not.toHaveProperty('POST_BUILD');
    const continued = await runBuild(
      spec(
        '  install: { on-failure: CONTINUE, commands: ["false"] }\n  build: { commands: ["export A=ran"] }',
      ),
    );
    expect(continued.build.buildStatus).toBe('FAILED');
    expect(continued.exported).toMatchObject({ A: 'ran' });
  });
});

describe('what a build may see', () => {
  const canary = 'canary-3f9a';
  beforeEach(() => {
    process.env.AWS_SECRET_ACCESS_KEY = canary;
    process.env.SECRET_OF_THE_PERSON = canary;
  });
  afterEach(() => {
    delete process.env.AWS_SECRET_ACCESS_KEY;
    delete process.env.SECRET_OF_THE_PERSON;
  });

  it('nothing of the environment it is started from but the search path', async () => {
    const { output, exported } = await runBuild(
      spec(
        '  build: { commands: ["env", "cat /proc/$$/environ | tr \'\\\\0\' \'\\\\n\'", "export A=$HOME B=$TMPDIR"] }',
      ),
      { variables: { BAKE_ID: 'b-01' } },
    );
    expect(output).toContain('BAKE_ID=b-01');
    expect(output).toContain('AWS_EC2_METADATA_DISABLED=true');
    expect(output).not.toContain(canary);
    expect(exported.A).not.toBe(process.env.HOME);
    const names = new Set(output.split('\n').flatMap((line) => /^([A-Z][A-Z0-9_]*)=/.exec(line)?.[1] ?? []));
    const expected =
      /^(CODEBUILD_.*|AWS_(REGION|DEFAULT_REGION|EC2_METADATA_DISABLED|CONFIG_FILE|SHARED_CREDENTIALS_FILE)|PATH|HOME|LANG|TMPDIR|CI|BAKE_ID|PWD|OLDPWD|SHLVL)$/;
    expect([...names].filter((name) => !expected.test(name))).toEqual([]);
  });

  it('the bench of packer: its folder first on the path, its variables last word, closed at the end', async () => {
    const bin = await temporaryFolder();
    let closed = 0;
    const asked: unknown[] = [];
    const { exported } = await runBuild(
      spec('  build: { commands: ["export A=${PATH%%:*} B=$AWS_ACCESS_KEY_ID"] }'),
      {
        variables: { BAKE_ID: 'b-07', AWS_ACCESS_KEY_ID: 'AKIAOFTHETEMPLATE' },
        runner: {
          benchEnvironment: async (build) => {
            asked.push(build);
            return {
              pathPrefix: bin,
              env: { AWS_ACCESS_KEY_ID: 'LOCAL111111111111' },
              close: async () => void (closed += 1),
            };
          },
        },
      },
    );
    expect(exported).toEqual({ A: bin, B: 'LOCAL111111111111' });
    expect(asked).toEqual([
      { account: at.account, region: at.region, bakeId: 'b-07', workDir: expect.any(String) },
    ]);
    expect(closed).toBe(1);
  });
});

/** A process that was killed but not yet waited for by its parent is dead. */
function alive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)]);
  const state = stdout.toString().trim();
  return state !== '' && !state.startsWith('Z');
}

/** A command that cannot be asked to stop, and leaves its pid in the log. */
const stubborn = spec(`
  build:
    commands:
      - trap '' TERM INT; sh -c 'trap "" TERM INT; echo pid=$$; sleep 60'
  post_build: { commands: ["echo post_build ran"] }`);

async function untilOutput(read: () => string, pattern: RegExp): Promise<string> {
  for (let i = 0; i < 500; i++) {
    const found = pattern.exec(read())?.[1];
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`never saw ${pattern} in: ${read()}`);
}

testWith('ps')('StopBuild kills the whole group of processes, and post_build does not run', async () => {
  let output = '';
  let pid = 0;
  const { build, events, root } = await runBuild(stubborn, {
    runner: { onOutput: (_id, text) => (output += text) },
    during: async (codebuild, id) => {
      pid = Number(await untilOutput(() => output, /pid=(\d+)/));
      expect(alive(pid)).toBe(true);
      codebuild.StopBuild({ id }, at);
    },
  });
  expect(build.buildStatus).toBe('STOPPED');
  expect(alive(pid)).toBe(false);
  expect(output).not.toContain('post_build ran');
  expect(events.map(({ detail }) => detail['build-status'])).toEqual(['IN_PROGRESS', 'STOPPED']);
  const left = (await readdir(root, { recursive: true })).filter((name) => !/-[0-9a-f-]{36}$/.test(name));
  expect(left.map((name) => name.split('/').at(-1))).toEqual(['build.log']);
});

testWith('ps')('a build that takes too long has timed out, and its processes are gone', async () => {
  let output = '';
  const { build } = await runBuild(stubborn, {
    runner: { minuteMs: 10, onOutput: (_id, text) => (output += text) },
  });
  expect(build.buildStatus).toBe('TIMED_OUT');
  expect(build.phases?.find(({ phaseType }) => phaseType === 'BUILD')).toMatchObject({
    phaseStatus: 'TIMED_OUT',
    contexts: [{ statusCode: 'BUILD_TIMED_OUT' }],
  });
  expect(alive(Number(/pid=(\d+)/.exec(output)?.[1]))).toBe(false);
});

testWith('ps')('what a command leaves in the background ends with the build', async () => {
  const { build, output } = await runBuild(spec('  build: { commands: ["sleep 60 & echo pid=$!"] }'));
  expect(build.buildStatus).toBe('SUCCEEDED');
  expect(alive(Number(/^pid=(\d+)/m.exec(output)?.[1]))).toBe(false);
});

it.each([
  ['a buildspec that is not there', 'other.yml', 'main', /YAML_FILE_ERROR.*other\.yml/],
  [
    'a buildspec outside of the source',
    '../../../etc/hostname',
    'main',
    /YAML_FILE_ERROR.*(outside|no such file)/,
  ],
  ['an unknown version', 'version: 0.1\nphases: {}', 'main', /YAML_FILE_ERROR.*version/],
  [
    'secrets that it could not get',
    'version: 0.2\nenv: { secrets-manager: {} }\nphases: {}',
    'main',
    /secrets-manager/,
  ],
  ['a commit that is not there', 'version: 0.2\nphases: {}', '0'.repeat(40), /CLIENT_ERROR.*0000/],
])('fails in DOWNLOAD_SOURCE on %s', async (_case, buildspec, sourceVersion, expected) => {
  const { build } = await runBuild(buildspec, { sourceVersion });
  expect(build.buildStatus).toBe('FAILED');
  const phase = build.phases?.find(({ phaseType }) => phaseType === 'DOWNLOAD_SOURCE');
  expect(phase?.phaseStatus).toBe('FAILED');
  expect(`${phase?.contexts?.[0]?.statusCode}: ${phase?.contexts?.[0]?.message}`).toMatch(expected);
});

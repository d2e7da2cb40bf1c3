import { parseBuildspec, plannedCommands } from '../../../src/local/builds/buildspec';

it('shows every command that would run, in order, finally included', () => {
  const buildspec = parseBuildspec(`
version: 0.2
phases:
  post_build: { commands: [last] }
  build: { commands: [one, two], finally: [always] }
  install: { runtime-versions: { nodejs: 22 }, commands: [first] }
artifacts: { files: ['**/*'] }
`);
  expect(plannedCommands(buildspec).map(({ phase, command }) => `${phase}: ${command}`)).toEqual([
    'install: first',
    'build: one',
    'build: two',
    'build: always',
    'post_build: last',
  ]);
});

it.each(['version: 0.2', 'version: 0.2\nphases: { deploy: { commands: [] } }', 'phases: {}', '- x'])(
  'refuses %j',
  (text) => {
    expect(() => parseBuildspec(text)).toThrow('YAML_FILE_ERROR');
  },
);

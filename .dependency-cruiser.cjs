/**
 * Imports point one way: handlers, cli, local → reconcile → ledger, aws, bases → planning, lifecycle, announcement,
 * notices → definitions. A type import counts like any other: who knows a type depends on it.
 */

const lib = (...folders) => `^src/lib/(${folders.join('|')})/`;
const pure = ['definitions', 'planning', 'lifecycle', 'announcement', 'notices', 'preflight'];

/** `folder` may import itself and `allowed`, nothing else of this repository. */
const onlyImports = (folder, allowed, comment) => ({
  name: `${folder}-imports`,
  comment,
  severity: 'error',
  from: { path: lib(folder) },
  to: { path: '^(src|bench|scripts|test|bin)/', pathNot: lib(folder, ...allowed) },
});

module.exports = {
  forbidden: [
    onlyImports('definitions', [], 'What a person wrote means the same whatever the bakery does with it.'),
    onlyImports(
      'lifecycle',
      ['definitions'],
      'Which moves exist does not depend on who plans or makes them.',
    ),
    onlyImports(
      'planning',
      ['definitions', 'lifecycle'],
      'A plan is made from a snapshot alone, so that every plan can be replayed.',
    ),
    onlyImports(
      'announcement',
      ['definitions', 'lifecycle'],
      'The public contract must not follow the inner workings of one bakery.',
    ),
    onlyImports(
      'notices',
      ['definitions', 'lifecycle', 'planning'],
      'What people are told is derived from decisions; it decides nothing.',
    ),
    onlyImports(
      'preflight',
      ['definitions', 'lifecycle', 'settings'],
      'What is wrong with an account is told from facts alone, so that every defect can be planted in a test.',
    ),
    onlyImports(
      'doctor',
      [...pure, 'aws', 'ledger', 'settings'],
      'The doctor reads, and hands what it read to preflight; it never acts.',
    ),
    onlyImports(
      'aws',
      [...pure],
      'An edge is one call family and holds no policy: it knows the words, not the ledger or reconcile.',
    ),
    onlyImports(
      'ledger',
      [...pure, 'aws'],
      'The ledger stores and reads; what to store is decided elsewhere.',
    ),
    onlyImports(
      'bases',
      [...pure, 'aws', 'ledger'],
      'A kind of base is resolved from AWS or the ledger, and never acts.',
    ),
    onlyImports(
      'reconcile',
      [...pure, 'aws', 'ledger', 'bases', 'settings', 'log', 'events'],
      'Reconcile is called by handlers, the command line and the local bakery, and knows none of them.',
    ),
    onlyImports('log', [], 'Everything may write a log line, so the log knows nobody.'),
    onlyImports('settings', [...pure], 'Settings are values; who reads them decides what they mean.'),
    onlyImports(
      'events',
      [...pure, 'log', 'settings'],
      'An event is checked before anything is asked or written.',
    ),
    {
      name: 'pure-means-pure',
      comment:
        'The pure folders take everything as arguments; hashing is the one thing they need of Node, croner, yaml, zod and fastest-levenshtein of npm.',
      severity: 'error',
      from: { path: lib(...pure) },
      to: {
        dependencyTypesNot: ['local'],
        pathNot: ['^(node:)?crypto$', '^node_modules/(croner|yaml|zod|fastest-levenshtein)/'],
      },
    },
    {
      name: 'lib-below-handlers',
      comment: 'The library is used by handlers; it would not be one if it used them.',
      severity: 'error',
      from: { path: '^src/lib/' },
      to: { path: '^src/(handlers|cli|local)/' },
    },
    {
      name: 'production-without-local',
      comment: 'Lambda must run without the fake AWS, the command line and what they bring along.',
      severity: 'error',
      from: { path: '^src/(lib|handlers)/' },
      to: { path: '^src/(local|cli)/' },
    },
    {
      name: 'local-without-cli',
      comment:
        'The command line drives the local bakery; tests and benchmarks drive it without the command line.',
      severity: 'error',
      from: { path: '^src/local/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'aws-in-one-place',
      comment: 'Only src/lib/aws speaks to AWS, so that retries, paging and errors are dealt with once.',
      severity: 'error',
      from: { path: '^src/(lib|handlers)/', pathNot: lib('aws') },
      to: { path: '^node_modules/@(aws-sdk|smithy)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'ec2-client-in-few-files',
      comment:
        'client-ec2 is larger than all other clients together; a bundle takes only what these files name of it.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: [
          '^src/local/',
          '^src/lib/aws/ec2(-janitor|-doctor|-copies|-life|-retirement)?-commands\\.ts$',
        ],
      },
      to: { path: '^node_modules/@aws-sdk/client-ec2/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'ec2-client-lazily',
      comment:
        'A handler that asks EC2 nothing must not load its client: `await import`, in the EC2 edge alone.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/lib/aws/ec2' },
      to: {
        path: '^src/lib/aws/ec2(-janitor|-doctor|-copies|-life|-retirement)?-commands\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'ec2-client-never-statically',
      comment: 'A static import would load the client with the edge.',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        path: '^src/lib/aws/ec2(-janitor|-doctor|-copies|-life|-retirement)?-commands\\.ts$',
        dynamic: false,
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'no-dev-dependencies',
      comment: 'What is installed with --omit=dev has to run.',
      severity: 'error',
      from: { path: '^(src|bin)/' },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: '^node_modules/@types/',
      },
    },
    {
      name: 'no-undeclared-packages',
      comment: 'A package that another one happens to bring along is gone with its next release.',
      severity: 'error',
      from: { path: '^(src|bin)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere fails at run time, in the middle of the night.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-cycles',
      comment: 'In a cycle no file can be understood or loaded first.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nobody imports is either forgotten or dead.',
      severity: 'error',
      from: { orphan: true, path: '^src/' },
      to: {},
    },
    {
      name: 'not-to-tests',
      comment: 'Tests, benchmarks and scripts stand on the source, never the other way round.',
      severity: 'error',
      from: { path: '^(src|bin)/' },
      to: { path: '^(test|bench|scripts)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default', 'require'],
      extensions: ['.ts', '.mjs', '.js', '.cjs', '.json', '.d.ts'],
    },
  },
};

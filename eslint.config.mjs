import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * Only rules that find bugs or keep the architecture; prettier does the formatting, the compiler the types,
 * dependency-cruiser the import directions.
 */

const bugs = {
  'array-callback-return': 'error',
  eqeqeq: 'error',
  'no-async-promise-executor': 'error',
  'no-cond-assign': 'error',
  'no-constant-binary-expression': 'error',
  'no-constant-condition': ['error', { checkLoops: false }],
  'no-control-regex': 'error',
  'no-debugger': 'error',
  'no-dupe-else-if': 'error',
  'no-duplicate-case': 'error',
  'no-empty': 'error',
  'no-irregular-whitespace': 'error',
  'no-loss-of-precision': 'error',
  'no-misleading-character-class': 'error',
  'no-self-assign': 'error',
  'no-self-compare': 'error',
  'no-sparse-arrays': 'error',
  'no-unreachable-loop': 'error',
  'no-unsafe-finally': 'error',
  'no-unsafe-optional-chaining': 'error',
  'no-useless-backreference': 'error',
  'no-var': 'error',
  'prefer-const': 'error',
  'use-isnan': 'error',
};

const typedBugs = {
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/consistent-type-imports': [
    'error',
    // `typeof import(…)` is how a lazily loaded client is typed.
    { disallowTypeAnnotations: false, fixStyle: 'separate-type-imports' },
  ],
  '@typescript-eslint/no-array-delete': 'error',
  '@typescript-eslint/no-base-to-string': 'error',
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-for-in-array': 'error',
  '@typescript-eslint/no-implied-eval': 'error',
  '@typescript-eslint/no-misused-promises': 'error',
  '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
  '@typescript-eslint/no-unnecessary-type-assertion': 'error',
  '@typescript-eslint/no-unsafe-enum-comparison': 'error',
  '@typescript-eslint/no-unused-vars': [
    'error',
    {
      argsIgnorePattern: '^_',
      varsIgnorePattern: '^_',
      caughtErrorsIgnorePattern: '^_',
      ignoreRestSiblings: true,
    },
  ],
  '@typescript-eslint/only-throw-error': 'error',
  '@typescript-eslint/prefer-promise-reject-errors': 'error',
  // Numbers sorted as text: [1, 10, 2].
  '@typescript-eslint/require-array-sort-compare': ['error', { ignoreStringArrays: true }],
  // A promise returned from inside try is not caught by its catch.
  '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
};

const environment = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'Only entry points read the environment; take the value as an argument.',
};

const clockAndChance = [
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'Take the time as an argument (nowMs).',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Take the time as an argument (nowMs).',
  },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'Take ids and chance as arguments.',
  },
  {
    selector:
      ':matches(MemberExpression[property.name=/^random(UUID|Bytes|Int)$/], ImportSpecifier[imported.name=/^random(UUID|Bytes|Int)$/])',
    message: 'Take ids and chance as arguments.',
  },
];

const waiting = [
  {
    selector: ':matches(:function[async=true], AwaitExpression)',
    message: 'The pure folders wait for nothing: reconcile reads first, then asks.',
  },
];

const outsideWorld = [
  'process',
  'fetch',
  'performance',
  'crypto',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
].map((name) => ({ name, message: 'The pure folders know no clock, environment, network or process.' }));

export default defineConfig(
  { ignores: ['node_modules/', 'coverage/', '.esbuild/', '.serverless/', '.bakery/', 'schemas/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  { rules: bugs },
  {
    files: ['**/*.ts'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: typedBugs,
  },
  {
    // Logs go through the logger, which knows the bake and hides secrets.
    files: ['src/lib/**/*.ts', 'src/handlers/**/*.ts'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['src/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', environment] },
  },
  {
    // Same input, same answer: what is planned in production can be replayed on a desk.
    files: ['src/lib/{definitions,planning,lifecycle,announcement,notices}/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...outsideWorld],
      'no-restricted-syntax': ['error', environment, ...clockAndChance, ...waiting],
    },
  },
  {
    // Entry points: here the environment becomes arguments.
    files: ['src/handlers/cold-start.ts', 'src/cli/environment.ts', 'src/local/packer/shim/main.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
);

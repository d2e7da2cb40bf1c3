import type { BakeryYmlOptions } from '../../src/lib/definitions/bakery-yml';
import type { CommitEntry, CommitView } from '../../src/lib/definitions/commit-view';
import type { ProblemCode } from '../../src/lib/definitions/problem-codes';

/** A file that gives a problem. */
export interface ProblemExample {
  text: string;
  options?: Partial<BakeryYmlOptions>;
  commit?: CommitView;
}

export const exampleOptions: BakeryYmlOptions = {
  bakery: 'shop',
  parameterPrefix: '/bakery/',
  upstreams: ['platform'],
};

const ssm = 'base: ssm:/aws/service/x';
const file = (...images: string[]) =>
  `version: 1\nimages:\n${images.map((image) => `  ${image}\n`).join('')}`;
const web = (fields: string) => file(`web: { ${ssm}, template: web/, ${fields} }`);
const commit = (entries: Record<string, CommitEntry['kind']>, text = ''): CommitView => ({
  commitId: '0'.repeat(40),
  entry: (path) =>
    Object.hasOwn(entries, path) ? { kind: entries[path]!, objectId: '1'.repeat(40) } : undefined,
  text: () => text,
});
const json = file(`web: { ${ssm}, template: web.json, only: [amazon-ebss] }`);

/** One for each code; docs/bakery-yml.md shows the messages they give. */
export const problemExamples: Record<ProblemCode, ProblemExample> = {
  TOO_LARGE: { text: '#'.repeat(1_000_001) },
  YAML_SYNTAX: { text: 'version: 1\nversion: 1\n' },
  MULTIPLE_DOCUMENTS: { text: `${web('inputs: []')}---\nversion: 1\n` },
  ALIAS_LIMIT: { text: 'version: 1\nimages: &all\n  web: *all\n' },
  FORBIDDEN_KEY: { text: file(`__proto__: { ${ssm}, template: web/ }`) },
  MISSING_FIELD: { text: file('web: { template: web/ }') },
  UNKNOWN_FIELD: { text: web('timeoutMinute: 90') },
  WRONG_TYPE: { text: web('variables: { nginx_version: 1.10 }') },
  WRONG_VALUE: { text: web('architectures: [arm]') },
  BAD_WINDOW: { text: web("window: { from: '22:00', to: '22:00' }") },
  OUT_OF_RANGE: { text: web('timeoutMinutes: 3') },
  BAD_NAME: { text: file(`Web_Server: { ${ssm}, template: web/ }`) },
  DUPLICATE: { text: web('inputs: [common/, common]') },
  TOO_MANY_IMAGES: {
    text: file(...Array.from({ length: 10_001 }, (_, index) => `i${index}: { ${ssm}, template: w/ }`)),
  },
  BAD_PATH: { text: web('inputs: [../common]') },
  BAD_TEMPLATE: { text: file(`web: { ${ssm}, template: web.hcl }`) },
  BAD_BASE: { text: file('web: { base: imag:base, template: web/ }') },
  BASE_OWN_PREFIX: {
    text: file(
      `base: { ${ssm}, template: base/ }`,
      'web: { base: ssm:/bakery/base/x86_64/stable, template: web/ }',
    ),
  },
  UNKNOWN_BASE: {
    text: file(
      `base-al2023: { ${ssm}, template: base/ }`,
      'web: { base: image:base-al2032, template: web/ }',
    ),
  },
  UNKNOWN_CHANNEL: {
    text: file(`base: { ${ssm}, template: base/ }`, 'web: { base: image:base@stabel, template: web/ }'),
  },
  UNKNOWN_UPSTREAM: { text: file('web: { base: upstream:platfrom/base, template: web/ }') },
  ARCHITECTURE_NOT_IN_BASE: {
    text: file(
      `base: { ${ssm}, template: base/ }`,
      'web: { base: image:base, template: web/, architectures: [arm64] }',
    ),
  },
  CYCLE: {
    text: file(
      'app: { base: image:web, template: app/ }',
      'base: { base: image:app, template: base/ }',
      'web: { base: image:base, template: web/ }',
    ),
  },
  BAD_CRON: { text: web('rebake: { cron: "0 2 * *" }') },
  CRON_NEVER_FIRES: { text: web('rebake: { cron: "0 0 30 2 *" }') },
  CRON_TOO_OFTEN: { text: web('rebake: { cron: "*/5 * * * *" }') },
  BAD_TIMEZONE: { text: web('rebake: { cron: "0 2 * * *", timezone: Europe/Londn }') },
  BAD_PARAMETER_PATH: {
    text: file(`aws-cli: { ${ssm}x, template: web/ }`),
    options: { parameterPrefix: '/', parameterPattern: '/{image}/{arch}/{channel}' },
  },
  PARAMETER_CLASH: {
    text: web('channels: [candidate, stable]'),
    options: { parameterPattern: '/bakery/{image}/{arch}' },
  },
  RESERVED_VARIABLE: { text: web('variables: { source_ami: ami-1 }') },
  BAD_WAS: { text: file(`base: { ${ssm}, template: base/ }`, `web: { ${ssm}, template: web/, was: base }`) },
  TEMPLATE_MISSING: { text: web('inputs: []'), commit: commit({}) },
  INPUT_MISSING: { text: web('inputs: [common/]'), commit: commit({ web: 'folder' }) },
  TEST_MISSING: { text: web('test: checks/'), commit: commit({ web: 'folder' }) },
  TEST_EMPTY: {
    text: web('test: checks/'),
    commit: { ...commit({ web: 'folder', checks: 'folder' }), files: () => ['README.md'] },
  },
  NOT_A_PLAIN_INPUT: { text: web('inputs: [common/]'), commit: commit({ web: 'folder', common: 'symlink' }) },
  TEMPLATE_WRONG_KIND: { text: web('inputs: []'), commit: commit({ web: 'file' }) },
  TEMPLATE_UNREADABLE: { text: json, commit: commit({ 'web.json': 'file' }, 'builders: []') },
  ONLY_UNKNOWN: {
    text: json,
    commit: commit({ 'web.json': 'file' }, '{"builders":[{"type":"amazon-ebs"}]}'),
  },
  DEFAULT_KEY_SHARED: {
    text: web(
      'distribution: { share: { accounts: ["222222222222"] }, regions: { eu-west-1: { kmsKey: alias/aws/ebs } } }',
    ),
  },
  MORE_PROBLEMS: { text: file(...Array.from({ length: 300 }, (_, index) => `i${index}: {}`)) },
  SCHEDULE_NEAR_ANCESTOR: {
    text: file(
      `base: { ${ssm}, template: base/, rebake: { cron: "0 2 * * *" } }`,
      'web: { base: image:base, template: web/, rebake: { cron: "0 4 * * *" } }',
    ),
  },
  INSTANCE_ARCHITECTURE: { text: web('architectures: [arm64], builder: { instanceType: m7i.large }') },
};

import type { Files } from '../../../src/local/git/memory-codecommit';

/** What a bakery.yml is made from: few things, so that it can be changed in many ways and stay valid. */
export interface SimCatalog {
  images: SimImage[];
  /** Text of the folder `common/`. */
  common: number;
  /** Makes each commit another one, also where it says the same as an earlier one. */
  commit: number;
  /** Written so that no reader takes it. */
  broken: boolean;
}

export interface SimImage {
  name: string;
  base: SimBase;
  architectures: Architecture[];
  schedule?: { cron: string; timezone: string };
  /** Absent: always. */
  publish?: 'if-changed' | 'always';
  channel: string;
  /** Account ids. */
  share: string[];
  /** Regions it is copied to, or encrypted in, besides being where it is built. */
  regions?: SimRegion[];
  /** Text of its template. */
  content: number;
  usesCommon: boolean;
  variable: number;
  epoch: number;
  tag: number;
  was?: string;
  /** Channels after the first. */
  further?: string[];
  /** Absent: people promote. */
  promote?: { soakMinutes: number; after: 'tests' | 'approval' };
  /** Text of its checks; `isInput`: what checks it is made of as well. */
  test?: { content: number; isInput: boolean };
  approval?: { by: string; expiresMinutes: number };
  window?: { from: string; to: string; timezone: string };
  /** Bakes that are kept of each channel; the others are retired. */
  retain?: { count: number };
}

export interface SimRegion {
  region: string;
  /** Whether its copy is encrypted with `copyKey`. */
  encrypted: boolean;
}

/** Key of every account in every region. */
export const copyKey = 'alias/golden';
export const homeRegion = 'eu-west-1';
export const farRegions = ['eu-central-1', 'us-east-1'] as const;

/** Who may be asked for approval, by the settings of every bakery. */
export const groups = ['leads', 'owners'] as const;

export type Architecture = 'x86_64' | 'arm64';

export type SimBase =
  | { kind: 'ssm'; family: number }
  | { kind: 'ami-filter'; family: number }
  | { kind: 'ami'; amiId: string }
  | { kind: 'image'; name: string; channel?: string }
  | { kind: 'upstream'; bakery: string; image: string; channel: string }
  | { kind: 'template' };

/** Families of Amazon's AMIs that bases are taken from; `{arch}` stands for the architecture. */
export const families = [
  {
    parameter: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{arch}',
    name: 'al2023-ami-2023*-kernel-6.1-{arch}',
    made: (day: string) => `al2023-ami-2023.9.${day}-kernel-6.1-{arch}`,
  },
  {
    parameter: '/aws/service/ami-amazon-linux-latest/al2023-ami-minimal-kernel-default-{arch}',
    name: 'al2023-ami-minimal-2023*-kernel-6.1-{arch}',
    made: (day: string) => `al2023-ami-minimal-2023.9.${day}-kernel-6.1-{arch}`,
  },
  {
    parameter: '/aws/service/ami-amazon-linux-latest/amzn2-ami-hvm-{arch}-gp2',
    name: 'amzn2-ami-hvm-2.0*-{arch}-gp2',
    made: (day: string) => `amzn2-ami-hvm-2.0.${day}-{arch}-gp2`,
  },
] as const;

/** The image repo at one commit. */
export function toFiles(catalog: SimCatalog): Files {
  const files: Files = {
    'bakery.yml': catalog.broken ? 'version: 1\nimages: 7\n' : yamlOf(catalog),
    COMMIT: `${catalog.commit}\n`,
    'common/setup.sh': `# ${catalog.common}\n`,
  };
  for (const { name, content, test } of catalog.images) {
    files[`${name}/main.pkr.hcl`] = `# ${name} ${content}\n`;
    if (test !== undefined) files[`${checksOf(name)}/works.sh`] = `# ${name} ${test.content}\n`;
  }
  return files;
}

const checksOf = (image: string): string => `checks/${image}`;

const yamlOf = ({ images }: SimCatalog): string =>
  `version: 1\nimages:${images.length === 0 ? ' {}' : ''}\n${images.map(imageYaml).join('')}`;

function imageYaml(image: SimImage): string {
  const lines = [
    `base: ${baseYaml(image.base)}`,
    `template: ${image.name}/`,
    `architectures: [${image.architectures.join(', ')}]`,
    `channels: [${channelsOf(image).join(', ')}]`,
    ...(image.was === undefined ? [] : [`was: ${image.was}`]),
    ...inputsYaml(image),
    ...(image.variable === 0 ? [] : [`variables: { release: "${image.variable}" }`]),
    ...(image.epoch === 0 ? [] : [`builderEpoch: ${image.epoch}`]),
    ...(image.tag === 0 ? [] : [`tags: { Release: "${image.tag}" }`]),
    ...(image.schedule === undefined
      ? []
      : [
          `rebake: { cron: '${image.schedule.cron}', timezone: ${image.schedule.timezone}, publish: ${image.publish ?? 'always'} }`,
        ]),
    ...distributionYaml(image),
    ...gatesYaml(image),
  ];
  return `  ${image.name}:\n${lines.map((line) => `    ${line}\n`).join('')}`;
}

/** First one: where a finished bake is published. */
export const channelsOf = ({ channel, further = [] }: Pick<SimImage, 'channel' | 'further'>): string[] => [
  channel,
  ...further,
];

function inputsYaml({ name, usesCommon, test }: SimImage): string[] {
  const inputs = [
    ...(usesCommon ? ['common/'] : []),
    ...(test?.isInput === true ? [`${checksOf(name)}/`] : []),
  ];
  return inputs.length === 0 ? [] : [`inputs: [${inputs.join(', ')}]`];
}

function gatesYaml({ name, test, approval, promote, window, retain }: SimImage): string[] {
  return [
    ...(retain === undefined ? [] : [`retain: { count: ${retain.count} }`]),
    ...(test === undefined ? [] : [`test: ${checksOf(name)}/`]),
    ...(approval === undefined
      ? []
      : [`approval: { by: ${approval.by}, expires: ${approval.expiresMinutes}m }`]),
    ...(promote === undefined
      ? []
      : [
          `promote: { after: ${promote.after}${promote.soakMinutes === 0 ? '' : `, soak: ${promote.soakMinutes}m`} }`,
        ]),
    ...(window === undefined
      ? []
      : [`window: { from: '${window.from}', to: '${window.to}', timezone: ${window.timezone} }`]),
  ];
}

function distributionYaml({ share, regions = [] }: SimImage): string[] {
  const parts = [
    ...(regions.length === 0
      ? []
      : [
          `regions: { ${regions.map(({ region, encrypted }) => `${region}: {${encrypted ? ` kmsKey: ${copyKey} ` : ''}}`).join(', ')} }`,
        ]),
    ...(share.length === 0 ? [] : [`share: { accounts: [${share.map((id) => `'${id}'`).join(', ')}] }`]),
  ];
  return parts.length === 0 ? [] : [`distribution: { ${parts.join(', ')} }`];
}

function baseYaml(base: SimBase): string {
  switch (base.kind) {
    case 'ssm':
      return `ssm:${families[base.family]!.parameter}`;
    case 'ami-filter':
      return `{ ami-filter: { owners: amazon, name: '${families[base.family]!.name}' } }`;
    case 'ami':
      return `ami:${base.amiId}`;
    case 'image':
      return `image:${base.name}${base.channel === undefined ? '' : `@${base.channel}`}`;
    case 'upstream':
      return `upstream:${base.bakery}/${base.image}@${base.channel}`;
    case 'template':
      return 'template';
  }
}

/** Images of the catalog that are built on one, directly or through others. */
export function descendants({ images }: SimCatalog, name: string): Set<string> {
  const found = new Set<string>();
  const add = (parent: string) => {
    for (const image of images) {
      if (image.base.kind !== 'image' || image.base.name !== parent || found.has(image.name)) continue;
      found.add(image.name);
      add(image.name);
    }
  };
  add(name);
  return found;
}

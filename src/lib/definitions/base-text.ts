import type { AmiFilterText, ImageText } from './bakery-schema';
import { amiFilterIssues, imageNameRule } from './bakery-schema';
import type { Architecture, Base } from './catalog';
import type { Finding } from './finding';
import { show } from './finding';
import { imageKey } from './names';
import { nearMiss } from './near-miss';
import { readYamlText } from './yaml-text';

/** A base as it is written, before `{arch}` is replaced and before the default channel is known. */
export type WrittenBase =
  | { kind: 'ssm'; path: string }
  | { kind: 'ami'; amiId: string }
  | { kind: 'ami-filter'; filter: AmiFilterText }
  | { kind: 'image'; name: string; channel?: string }
  | { kind: 'upstream'; bakery: string; name: string; channel?: string }
  | { kind: 'template' };

type Fault = Pick<Finding, 'code' | 'message' | 'fix' | 'suggest'>;

/** Three times the longest parameter path; a base is checked for each image that an alias puts it into. */
const longestBase = 3_000;
const longestFilter = 5_000;

const kinds = ['ssm', 'ami', 'ami-filter', 'image', 'upstream', 'template'];
const forms =
  'Write ssm:/path, ami:ami-…, image:NAME[@CHANNEL], upstream:BAKERY/NAME[@CHANNEL], ami-filter: {…} or template.';

export function readBase(written: NonNullable<ImageText['base']>): WrittenBase | Fault[] {
  if (typeof written !== 'string') return readFilter(written['ami-filter']);
  if (written === 'template') return { kind: 'template' };
  if (written.length > longestBase)
    return [
      bad(`The base ${show(written)} has ${written.length} characters.`, `Use at most ${longestBase}.`),
    ];
  const colon = written.indexOf(':');
  const kind = written.slice(0, Math.max(0, colon));
  const rest = written.slice(colon + 1);
  const wrong = (fix: string): Fault[] => [bad(`The base ${show(written)} is not one of kind ${kind}.`, fix)];
  const placeholder = /\{(?!arch\})[A-Za-z_]+\}/.exec(written)?.[0];
  if (placeholder !== undefined && kind !== 'ami-filter')
    return [
      {
        ...bad(
          `The base ${show(written)} holds ${show(placeholder)}.`,
          'Use {arch}: nothing else is replaced.',
        ),
        suggest: () => '{arch}',
      },
    ];
  switch (kind) {
    case 'ssm':
      return /^(\/([\w.-]|\{arch\})+){1,15}$/.test(rest) && rest.length <= 1000
        ? { kind, path: rest }
        : wrong('Write the path of a parameter: ssm:/aws/service/….');
    case 'ami':
      return /^ami-[0-9a-f]{8}([0-9a-f]{9})?$/.test(rest)
        ? { kind, amiId: rest }
        : wrong('Write the id of an AMI: ami:ami- and 8 or 17 hexadecimal digits.');
    case 'image': {
      const match = /^([^@/]+)(?:@([a-z][a-z0-9-]{0,30}))?$/.exec(rest);
      return match === null
        ? wrong('Write image:NAME or image:NAME@CHANNEL.')
        : { kind, name: match[1]!, channel: match[2] };
    }
    case 'upstream': {
      const match = /^([^@/]+)\/([^@/]+)(?:@([a-z][a-z0-9-]{0,30}))?$/.exec(rest);
      return match === null || !imageNameRule.test(match[2]!)
        ? wrong('Write upstream:BAKERY/NAME or upstream:BAKERY/NAME@CHANNEL.')
        : { kind, bakery: match[1]!, name: match[2]!, channel: match[3] };
    }
    case 'ami-filter':
      return readFilterText(rest);
    default:
      return [
        {
          ...bad(`The base ${show(written)} is of no known kind.`, forms),
          suggest: () => {
            const near = nearMiss(colon < 0 ? written : kind, kinds);
            return near === undefined || near === 'template' || colon < 0 ? near : `${near}:${rest}`;
          },
        },
      ];
  }
}

function readFilterText(text: string): WrittenBase | Fault[] {
  const fix = 'Write ami-filter: {"owners": ["amazon"], "name": "al2023-ami-*"}.';
  const { value } = readYamlText(text);
  if (amiFilterIssues(value).length > 0)
    return [bad(`The filter ${show(text)} of the base cannot be read.`, fix)];
  return readFilter(value as AmiFilterText);
}

function readFilter(filter: AmiFilterText): WrittenBase | Fault[] {
  const owners = [filter.owners]
    .flat()
    .filter((owner) => !/^([0-9]{12}|self|amazon|aws-marketplace)$/.test(owner));
  if (owners.length > 0)
    return [
      bad(
        `The owner ${show(owners[0])} of the base is none.`,
        'Write an account id in quotes, self, amazon or aws-marketplace.',
      ),
    ];
  const length = JSON.stringify(filter).length;
  if (length > longestFilter)
    return [bad(`The filter of the base has ${length} characters.`, `Use at most ${longestFilter}.`)];
  if (filter.name === undefined && Object.keys(filter.filters ?? {}).length === 0)
    return [
      bad('The filter of the base has neither a name nor filters.', 'Say which AMIs of the owner are meant.'),
    ];
  return { kind: 'ami-filter', filter };
}

const bad = (message: string, fix: string): Fault => ({ code: 'BAD_BASE', message, fix });

/** Whether every architecture would get the same AMI. */
export const sameForAll = (base: WrittenBase): boolean =>
  base.kind === 'ami' || (base.kind === 'ssm' && !base.path.includes('{arch}'));

export function baseFor(
  base: WrittenBase,
  architecture: Architecture,
  firstChannel: (image: string) => string,
): Base {
  const put = (text: string) => text.replaceAll('{arch}', architecture);
  switch (base.kind) {
    case 'ssm':
      return { kind: 'ssm', path: put(base.path) };
    case 'image':
      return {
        kind: 'image',
        image: imageKey(base.name, architecture),
        channel: base.channel ?? firstChannel(base.name),
      };
    case 'upstream':
      return {
        kind: 'upstream',
        bakery: base.bakery,
        image: imageKey(base.name, architecture),
        channel: base.channel ?? 'stable',
      };
    case 'ami-filter': {
      const { owners, name, filters } = base.filter;
      const all: [string, string | string[]][] = [
        ['architecture', architecture],
        ...(name === undefined ? [] : [['name', name] as [string, string | string[]]]),
        ...Object.entries(filters ?? {}),
      ];
      return {
        kind: 'ami-filter',
        owners: [owners].flat().sort(),
        filters: Object.fromEntries(all.map(([key, value]) => [key, [value].flat().map(put).sort()])),
      };
    }
    default:
      return base;
  }
}

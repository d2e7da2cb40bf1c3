import type { Finding } from './finding';
import { show } from './finding';
import { findCycles } from './graph';
import type { CheckedImage } from './image-checks';
import { nearMiss } from './near-miss';
import { parameterName, parameterNameFault } from './names';
import { firesNear } from './schedule-check';

/**
 * What images have to say to each other. `names` holds every name of the file, also of images too broken to check: they
 * are not unknown.
 */
export function checkTogether(
  images: ReadonlyMap<string, CheckedImage>,
  names: ReadonlySet<string>,
  parameterPattern: string,
): Finding[] {
  const baseOf = new Map<string, string>();
  for (const { name, base } of images.values())
    if (base?.kind === 'image' && images.has(base.name)) baseOf.set(name, base.name);
  const all = [...images.values()];
  return [
    ...all.flatMap((image) => checkBaseImage(image, images, names)),
    ...cycles(baseOf),
    ...all.flatMap((image) => checkWas(image, names)),
    ...takenTwice(all),
    ...parameters(all, parameterPattern),
    ...nearAncestors(images, baseOf),
  ];
}

function checkBaseImage(
  image: CheckedImage,
  images: ReadonlyMap<string, CheckedImage>,
  names: ReadonlySet<string>,
): Finding[] {
  const { base, merged } = image;
  if (base?.kind !== 'image') return [];
  const path = [...image.path, 'base'];
  const written = show(image.text.base);
  const at = base.channel === undefined ? '' : `@${base.channel}`;
  if (!names.has(base.name))
    return [
      {
        code: 'UNKNOWN_BASE',
        path,
        message: `The base ${written} of ${image.name} is no image of this bakery.`,
        fix: 'Correct the name, or add the image.',
        suggest: () => {
          const near = nearMiss(
            base.name,
            [...names].filter((name) => name !== image.name),
          );
          return near === undefined ? undefined : `image:${near}${at}`;
        },
      },
    ];
  const target = images.get(base.name);
  if (target === undefined) return [];
  const findings: Finding[] = [];
  if (base.channel !== undefined && !target.merged.channels.includes(base.channel)) {
    const { channels } = target.merged;
    findings.push({
      code: 'UNKNOWN_CHANNEL',
      path,
      message: `The base ${written} names a channel that ${base.name} does not have; it has ${channels.join(', ')}.`,
      fix: 'Name one of its channels, or none for the first.',
      suggest: () => {
        const near = nearMiss(base.channel ?? '', channels);
        return near === undefined ? undefined : `image:${base.name}@${near}`;
      },
    });
  }
  const lacking = merged.architectures.filter((one) => !target.merged.architectures.includes(one));
  if (lacking.length > 0)
    findings.push({
      code: 'ARCHITECTURE_NOT_IN_BASE',
      path,
      message: `${image.name} is made for ${lacking.join(' and ')}, its base ${base.name} only for ${target.merged.architectures.join(' and ')}.`,
      fix: `Add the architecture to ${base.name}, or set architectures of ${image.name}.`,
    });
  return findings;
}

const cycles = (baseOf: ReadonlyMap<string, string>): Finding[] =>
  findCycles(baseOf).map((cycle) => ({
    code: 'CYCLE',
    path: ['images', cycle[0]!, 'base'],
    message: `Images are built on each other in a circle: ${circle(cycle)}.`,
    fix: 'Give one of them a base outside of the circle.',
  }));

/** Whole, unless no person would read it and no ledger item hold it. */
const circle = (cycle: readonly string[]) =>
  cycle.length <= 100
    ? [...cycle, cycle[0]].join(' → ')
    : `${cycle.slice(0, 100).join(' → ')} → … (${cycle.length} images)`;

function checkWas(image: CheckedImage, names: ReadonlySet<string>): Finding[] {
  const { was } = image.text;
  if (was === undefined || !names.has(was)) return [];
  return [
    {
      code: 'BAD_WAS',
      path: [...image.path, 'was'],
      message: `${image.name} was ${show(was)}, which is still an image of this bakery.`,
      fix: 'Remove was, or the image of that name.',
    },
  ];
}

function takenTwice(images: readonly CheckedImage[]): Finding[] {
  const takers = new Map<string, string>();
  return images.flatMap((image): Finding[] => {
    const { was } = image.text;
    if (was === undefined) return [];
    const first = takers.get(was);
    if (first === undefined) {
      takers.set(was, image.name);
      return [];
    }
    return [
      {
        code: 'BAD_WAS',
        path: [...image.path, 'was'],
        message: `${image.name} and ${first} both were ${show(was)}.`,
        fix: 'Keep was at one of the two.',
      },
    ];
  });
}

function parameters(images: readonly CheckedImage[], pattern: string): Finding[] {
  const holders = new Map<string, string>();
  return images.flatMap(({ name, merged, path }) =>
    merged.architectures.flatMap((architecture) =>
      merged.channels.flatMap((channel): Finding[] => {
        const parameter = parameterName(pattern, name, architecture, channel);
        const holder = `${name}/${architecture}@${channel}`;
        const other = holders.get(parameter) ?? holder;
        holders.set(parameter, other);
        const fault = parameterNameFault(parameter);
        if (fault !== undefined)
          return [
            {
              code: 'BAD_PARAMETER_PATH',
              path,
              part: 'key',
              message: `The parameter of ${holder} would be ${show(parameter)}: ${fault}.`,
              fix: 'Rename the image, or change parameterPattern in the settings.',
            },
          ];
        if (other === holder) return [];
        return [
          {
            code: 'PARAMETER_CLASH',
            path,
            part: 'key',
            message: `${holder} and ${other} would both be the parameter ${show(parameter)}.`,
            fix: 'Let parameterPattern in the settings hold {image}, {arch} and {channel}.',
          },
        ];
      }),
    ),
  );
}

/** Only schedules that are written at the image itself: those of `defaults` do not hold for images on images. */
function nearAncestors(
  images: ReadonlyMap<string, CheckedImage>,
  baseOf: ReadonlyMap<string, string>,
): Finding[] {
  const findings: Finding[] = [];
  // A warning is not worth a slow check: a file with this many schedules that differ gets it for its first ones.
  let steps = 20_000;
  const pairs = new Set<string>();
  for (const { name, merged, path, text } of images.values()) {
    if (merged.rebake === undefined || typeof text.rebake !== 'object') continue;
    const seen = new Set([name]);
    for (let at = baseOf.get(name); at !== undefined && !seen.has(at); at = baseOf.get(at)) {
      seen.add(at);
      const theirs = images.get(at)?.merged.rebake;
      if (--steps < 0) return findings;
      if (theirs === undefined) continue;
      pairs.add([merged.rebake.cron, merged.rebake.timezone, theirs.cron, theirs.timezone].join('\n'));
      if (pairs.size > 100) return findings;
      if (!firesNear(merged.rebake, theirs)) continue;
      findings.push({
        code: 'SCHEDULE_NEAR_ANCESTOR',
        path: [...path, 'rebake'],
        part: 'key',
        message: `The schedule ${show(merged.rebake.cron)} of ${name} is within 12 hours of ${show(theirs.cron)} of ${at}, which it is built on.`,
        fix: 'Leave it out: the image is baked when its base moves.',
      });
      break;
    }
  }
  return findings;
}

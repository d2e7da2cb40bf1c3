import type { DefaultsText, ImageText } from './bakery-schema';
import type { WrittenBase } from './base-text';
import { baseFor } from './base-text';
import type {
  Architecture,
  ImageDefinition,
  Promote,
  Rebake,
  RegionPolicy,
  Retain,
  Share,
  Window,
} from './catalog';
import { durationMs } from './duration';
import { dayMs } from './instant';
import { imageKey } from './names';
import { repoPath } from './repo-path';

/** Three days: over a weekend. */
const defaultExpiresMs = 3 * dayMs;

/** An image with everything `defaults` adds. Maps are merged by key, the image winning; all else is replaced. */
export interface MergedImage {
  name: string;
  architectures: Architecture[];
  channels: string[];
  builder: NonNullable<DefaultsText['builder']>;
  rebake?: Rebake;
  tags: Record<string, string>;
  variables: Record<string, string>;
  share: Share;
  regions?: Record<string, RegionPolicy>;
  promote?: Promote;
  window?: Window;
  retain?: Retain;
}

export function mergeDefaults(
  name: string,
  image: ImageText,
  defaults: DefaultsText,
  base: WrittenBase | undefined,
): MergedImage {
  return {
    name,
    architectures: image.architectures ?? defaults.architectures ?? ['x86_64'],
    channels: image.channels ?? defaults.channels ?? ['stable'],
    builder: { ...defaults.builder, ...image.builder, instanceType: instanceTypeOf(image, defaults) },
    rebake: rebakeOf(image, defaults, base),
    tags: { ...defaults.tags, ...image.tags },
    variables: { ...defaults.variables, ...image.variables },
    share: shareOf({ ...defaults.distribution?.share, ...image.distribution?.share }),
    regions: regionsOf(image.distribution?.regions ?? defaults.distribution?.regions),
    promote: promoteOf(image.promote ?? defaults.promote),
    window: windowOf(image.window ?? defaults.window),
    retain: retainOf(image.retain ?? defaults.retain),
  };
}

function promoteOf(text: DefaultsText['promote']): Promote | undefined {
  if (text === undefined) return undefined;
  return { after: text.after ?? 'tests', soakMs: text.soak === undefined ? 0 : durationMs(text.soak) };
}

const windowOf = (text: DefaultsText['window']): Window | undefined =>
  text === undefined ? undefined : { from: text.from, to: text.to, timezone: text.timezone ?? 'UTC' };

/** Neither a number nor a time says that anything may go. */
const retainOf = (text: DefaultsText['retain']): Retain | undefined =>
  text?.count === undefined && text?.days === undefined ? undefined : text;

function instanceTypeOf(
  image: ImageText,
  defaults: DefaultsText,
): NonNullable<DefaultsText['builder']>['instanceType'] {
  const own = image.builder?.instanceType;
  const general = defaults.builder?.instanceType;
  return typeof own === 'object' && typeof general === 'object' ? { ...general, ...own } : (own ?? general);
}

/** A schedule under `defaults` is for images whose base is no image: the others are baked when their base moves. */
function rebakeOf(
  image: ImageText,
  defaults: DefaultsText,
  base: WrittenBase | undefined,
): Rebake | undefined {
  const general = defaults.rebake === false ? undefined : defaults.rebake;
  const onImage = base?.kind === 'image' || base?.kind === 'upstream';
  const own = image.rebake === undefined ? (onImage ? false : general) : image.rebake;
  if (own === false || own === undefined) return undefined;
  const cron = own.cron ?? general?.cron;
  if (cron === undefined) return undefined;
  return {
    cron: cron.trim(),
    timezone: own.timezone ?? general?.timezone ?? 'UTC',
    publish: own.publish ?? general?.publish ?? 'if-changed',
  };
}

type ShareText = NonNullable<NonNullable<DefaultsText['distribution']>['share']>;

const shareOf = (written: ShareText): Share => ({
  accounts: unique(written.accounts),
  organizations: unique(written.organizations),
  organizationalUnits: unique(written.organizationalUnits),
  ...(written.snapshots === true ? { snapshots: true } : {}),
});

type RegionsText = NonNullable<DefaultsText['distribution']>['regions'];

/** Sorted by region; undefined where nothing is said, or an empty list. */
function regionsOf(written: RegionsText): Record<string, RegionPolicy> | undefined {
  const entries = Array.isArray(written)
    ? written.map((region) => [region, {}] as const)
    : Object.entries(written ?? {}).map(
        ([region, policy]) =>
          [region, policy?.kmsKey === undefined ? {} : { kmsKey: policy.kmsKey }] as const,
      );
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Sorted, so that the order in the text does not make a difference. */
const unique = (list: string[] = []) => [...new Set(list)].sort();

export function expand(
  merged: MergedImage,
  image: ImageText,
  defaults: DefaultsText,
  base: WrittenBase,
  template: ImageDefinition['template'],
  inputs: string[],
  firstChannel: (image: string) => string,
): ImageDefinition[] {
  const { name, builder, rebake } = merged;
  const { instanceType, instanceProfile } = builder;
  return merged.architectures.map((architecture): ImageDefinition => {
    const type = typeof instanceType === 'string' ? instanceType : instanceType?.[architecture];
    const notify = image.notify ?? defaults.notify;
    const approval = approvalOf(image.approval ?? defaults.approval);
    const test = image.test === undefined ? undefined : repoPath(image.test);
    return {
      key: imageKey(name, architecture),
      name,
      architecture,
      base: baseFor(base, architecture, firstChannel),
      template,
      inputs,
      variables: merged.variables,
      only: image.only ?? [],
      ...(rebake === undefined ? {} : { rebake }),
      builder: {
        ...(type === undefined ? {} : { instanceType: type }),
        ...(instanceProfile === undefined ? {} : { instanceProfile }),
      },
      builderEpoch: image.builderEpoch ?? defaults.builderEpoch ?? 0,
      tags: merged.tags,
      channels: merged.channels,
      share: merged.share,
      ...(merged.regions === undefined ? {} : { regions: merged.regions }),
      ...(merged.promote === undefined ? {} : { promote: merged.promote }),
      ...(merged.window === undefined ? {} : { window: merged.window }),
      ...(merged.retain === undefined ? {} : { retain: merged.retain }),
      timeoutMinutes: image.timeoutMinutes ?? defaults.timeoutMinutes ?? 60,
      ...(approval === undefined ? {} : { approval }),
      ...(test === undefined ? {} : { test: { path: test } }),
      ...(notify === undefined ? {} : { notify }),
      ...(image.was === undefined ? {} : { was: image.was }),
    };
  });
}

const approvalOf = (text: DefaultsText['approval']): ImageDefinition['approval'] =>
  text === undefined
    ? undefined
    : { by: text.by, expiresMs: text.expires === undefined ? defaultExpiresMs : durationMs(text.expires) };

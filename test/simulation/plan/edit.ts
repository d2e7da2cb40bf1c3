import type { Push } from '../contract';
import {
  channelsOf,
  descendants,
  families,
  farRegions,
  groups,
  homeRegion,
  type SimBase,
  type SimCatalog,
  type SimImage,
  type SimRegion,
} from './catalog';
import { changeChannels, promoteOf } from './channels';

/**
 * A change that somebody makes to an image repo. It says what kind and draws nothing: `pick` chooses among whatever is
 * there when it comes, so that it stays a sensible change when others are left out of the plan.
 */
export interface Edit {
  kind:
    | 'content'
    | 'common'
    | 'readme'
    | 'variable'
    | 'epoch'
    | 'tags'
    | 'share'
    | 'regions'
    | 'test'
    | 'approval'
    | 'channels'
    | 'promote'
    | 'window'
    | 'follow'
    | 'schedule'
    | 'rebase'
    | 'add'
    | 'remove'
    | 'rename'
    | 'break'
    | 'repair'
    | 'revert'
    | 'force-push';
  pick: number;
  /** A number that no other edit of the plan has. */
  fresh: number;
}

export interface EditContext {
  /** Catalogs of the account so far, oldest first; the last one is at the head. */
  history: SimCatalog[];
  otherAccounts: string[];
  /** Channels of followed bakeries. */
  upstreams: { bakery: string; images: SimImage[] }[];
}

/** The catalog after the edit, and what kind of push it is. Undefined where there is nothing that it could change. */
export function applyEdit(edit: Edit, context: EditContext): Edited | undefined {
  const { history } = context;
  const head = history.at(-1)!;
  const { pick, fresh } = edit;
  const catalog: SimCatalog = { ...structuredClone(head), commit: fresh };
  const image = at(catalog.images, pick);
  const changed = (what: Push['what'] = 'change') => ({ catalog, what });
  switch (edit.kind) {
    default:
      return image === undefined ? undefined : editImage(image, edit, catalog, context);
    case 'readme':
      return changed();
    case 'common':
      catalog.common = fresh;
      return changed();
    case 'break':
      catalog.broken = true;
      return changed('break');
    case 'repair':
      catalog.broken = false;
      return changed('repair');
    case 'revert':
      return { catalog: { ...structuredClone(at(history, pick)!), commit: fresh }, what: 'revert' };
    case 'force-push':
      return { catalog: structuredClone(at(history, pick)!), what: 'force-push' };
    case 'add':
      catalog.images.push(newImage(edit, catalog, context));
      return changed('add');
  }
}

type Edited = { catalog: SimCatalog; what: Push['what'] };

function editImage(
  image: SimImage,
  edit: Edit,
  catalog: SimCatalog,
  context: EditContext,
): Edited | undefined {
  const { pick, fresh } = edit;
  const changed = (what: Push['what'] = 'change') => ({ catalog, what });
  switch (edit.kind) {
    default:
      return undefined;
    case 'content':
      image.content = fresh;
      return changed();
    case 'variable':
      image.variable = fresh;
      return changed();
    case 'epoch':
      image.epoch += 1;
      return changed();
    case 'tags':
      image.tag = fresh;
      return changed('policy');
    case 'share':
      image.share =
        image.share.length === 0
          ? context.otherAccounts
          : image.share.filter((_, index) => index !== fresh % image.share.length);
      return changed('policy');
    case 'regions':
      image.regions = changedRegions(image.regions ?? [], fresh);
      return changed('policy');
    case 'test':
      if (image.test === undefined) image.test = { content: fresh, isInput: fresh % 4 === 0 };
      else if (fresh % 3 === 0) delete image.test;
      else image.test.content = fresh;
      return changed('policy');
    case 'approval':
      if (image.approval !== undefined && fresh % 2 === 0) delete image.approval;
      else image.approval = { by: at(groups, fresh)!, expiresMinutes: at([20, 60, 300], fresh)! };
      return changed('policy');
    case 'channels':
      changeChannels(catalog, image, fresh);
      return changed('policy');
    case 'promote':
      if (image.promote !== undefined && fresh % 3 === 0) delete image.promote;
      else image.promote = promoteOf(fresh);
      return changed('policy');
    case 'window':
      if (image.window !== undefined && fresh % 2 === 0) delete image.window;
      else
        image.window = {
          from: hour(fresh),
          to: hour(fresh + 1 + (pick % 9)),
          timezone: at(timezones, pick)!,
        };
      return changed('policy');
    case 'follow':
      followAnother(image, catalog, context, fresh);
      return changed();
    case 'schedule':
      if (image.schedule !== undefined && fresh % 2 === 0) delete image.schedule;
      else image.schedule = { cron: `${fresh % 60} ${fresh % 24} * * *`, timezone: timezones[fresh % 4]! };
      return changed();
    case 'rebase':
      rebase(image, edit, catalog, context);
      return changed();
    case 'remove': {
      const leaf = catalog.images.filter(({ name }) => descendants(catalog, name).size === 0);
      const gone = at(leaf, pick);
      catalog.images = catalog.images.filter((other) => other !== gone);
      return changed('remove');
    }
    case 'rename': {
      const name = `r${fresh}-${image.name.replace(/^r\d+-/, '')}`;
      for (const { base } of catalog.images) {
        if (base.kind === 'image' && base.name === image.name) base.name = name;
      }
      image.was = image.name;
      image.name = name;
      return changed('rename');
    }
  }
}

const hour = (n: number): string => `${String(n % 24).padStart(2, '0')}:00`;

/** The same base, by another of its channels. */
function followAnother(
  { base }: SimImage,
  { images }: SimCatalog,
  { upstreams }: EditContext,
  fresh: number,
): void {
  if (base.kind === 'image') {
    const parent = images.find(({ name }) => name === base.name);
    if (parent !== undefined) base.channel = at(channelsOf(parent), fresh)!;
  }
  if (base.kind === 'upstream') {
    const parents = upstreams.find(({ bakery }) => bakery === base.bakery)?.images;
    const parent = parents?.find(({ name }) => name === base.image);
    if (parent !== undefined) base.channel = at(channelsOf(parent), fresh)!;
  }
}

/** One region more, or one less, or a key for what had none. */
function changedRegions(regions: SimRegion[], fresh: number): SimRegion[] {
  if (fresh % 3 === 0) return regions.slice(1);
  if (fresh % 3 === 1) return regions.map((it) => ({ ...it, encrypted: !it.encrypted }));
  const left = [homeRegion, ...farRegions].filter((region) => regions.every((it) => it.region !== region));
  const region = at(left, fresh);
  return region === undefined ? regions : [...regions, { region, encrypted: fresh % 2 === 0 }];
}

export const timezones = ['Europe/London', 'America/New_York', 'UTC', 'Australia/Lord_Howe'];

const at = <T>(list: readonly T[], pick: number): T | undefined => list[pick % Math.max(1, list.length)];

function newImage({ pick, fresh }: Edit, catalog: SimCatalog, context: EditContext): SimImage {
  const parent = at(catalog.images, pick);
  return {
    name: `added-${fresh}`,
    base:
      parent === undefined || fresh % 3 === 0
        ? { kind: 'ssm', family: fresh % families.length }
        : { kind: 'image', name: parent.name },
    architectures: parent === undefined ? ['x86_64'] : [...parent.architectures],
    channel: 'stable',
    share: fresh % 2 === 0 ? context.otherAccounts : [],
    content: fresh,
    usesCommon: fresh % 2 === 0,
    variable: 0,
    epoch: 0,
    tag: 0,
  };
}

function rebase(image: SimImage, edit: Edit, catalog: SimCatalog, { upstreams }: EditContext): void {
  const below = descendants(catalog, image.name);
  const fits = (other: SimImage) =>
    other.name !== image.name &&
    !below.has(other.name) &&
    image.architectures.every((one) => other.architectures.includes(one));
  const bases: SimBase[] = [
    ...catalog.images.filter(fits).map(({ name }): SimBase => ({ kind: 'image', name })),
    ...upstreams.flatMap(({ bakery, images }) =>
      images.map(({ name, channel }): SimBase => ({ kind: 'upstream', bakery, image: name, channel })),
    ),
    ...families.map((_, family): SimBase => ({ kind: 'ssm', family })),
  ];
  image.base = at(bases, edit.pick + edit.fresh)!;
}

import type { ImageDefinition, RegionPolicy } from '../definitions/catalog';
import type { LedgerState } from '../ledger/read-state';
import type { ImageRecord } from '../lifecycle/image-record';
import { withinCeilings } from '../planning/ceilings';
import type { CheckedChannel, CheckedImage } from '../preflight/subject';
import type { Settings } from '../settings/settings';

/** The images of the catalog in force, with what the ledger knows of their channels. */
export const checkedImages = (state: LedgerState, settings: Settings): CheckedImage[] =>
  (state.catalog?.inForce?.catalog.images ?? []).map((definition) =>
    checkedImage(definition, state.records.get(definition.key), settings),
  );

function checkedImage(
  definition: ImageDefinition,
  record: ImageRecord | undefined,
  settings: Settings,
): CheckedImage {
  const { key, architecture, builder, share } = definition;
  return {
    key,
    architecture,
    share: withinCeilings(share, settings.ceilings),
    instanceType: builder.instanceType ?? settings.defaultInstanceType[architecture],
    instanceProfile: builder.instanceProfile ?? settings.instanceProfile,
    regions: regionsOf(definition, settings),
    channels: record === undefined ? [] : channelsOf(record),
  };
}

/** The bakery's own region is always among them. */
function regionsOf({ regions = {} }: ImageDefinition, { region: home }: Settings): CheckedImage['regions'] {
  const all = { [home]: {}, ...regions };
  return Object.entries(all).map(([region, { kmsKey }]: [string, RegionPolicy]) => ({
    region,
    ...(kmsKey === undefined ? {} : { kmsKey }),
  }));
}

const channelsOf = ({ channels }: ImageRecord): CheckedChannel[] =>
  Object.entries(channels).flatMap(([channel, { current, moving, parameterNames = {} }]) =>
    current === undefined
      ? []
      : [{ channel, moving: moving !== undefined, amis: current.amis, parameters: parameterNames }],
  );

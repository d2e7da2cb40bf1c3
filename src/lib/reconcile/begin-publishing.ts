import type { ImageDefinition } from '../definitions/catalog';
import { parameterName } from '../definitions/names';
import type { Channel, ChannelMove, Published } from '../lifecycle/channel';
import { beginMove } from '../lifecycle/channel-transitions';
import { beginDistribution, type Made } from '../lifecycle/distribution';
import { isEmptyShare } from '../lifecycle/sharing';
import { allowedDestinations, withinCeilings } from '../planning/ceilings';
import { policyDigest } from '../planning/policy-digest';
import { parameterKey } from './read-parameters';
import type { Run } from './run';
import { policyOf } from './snapshot';

/** Publish, reuse, amend and repair are all this one operation: a channel begins to move to a ready bake. */
export function beginPublishing(
  run: Run,
  definition: ImageDefinition,
  channelName: string,
  channel: Channel,
  move: { to: Omit<Published, 'sequence'>; cause: ChannelMove['cause'] },
): Channel {
  const { settings } = run.deps;
  // Nothing that may fail comes before leaving what was revoked; further regions are brought in afterwards.
  const isHasty = move.cause.code === 'revoked' && isWhereverItIs(channel, move.to);
  const distribution =
    definition.regions === undefined || isHasty
      ? undefined
      : beginDistribution(
          move.to,
          allowedDestinations(definition, policyOf(settings)),
          settings.region,
          run.nowMs,
        );
  const parameters = distribution === undefined ? parametersOf(run, definition, channelName, move.to) : {};
  const granting = withinCeilings(definition.share, settings.ceilings);
  return beginMove(
    channel,
    {
      ...move,
      parameters,
      distribution,
      granting: isEmptyShare(granting) ? undefined : granting,
      policyDigest: policyInForce(run, definition),
    },
    run.nowMs,
  );
}

/** Whether a bake has an AMI in each region that the channel has a parameter in. */
const isWhereverItIs = ({ parameterNames = {} }: Channel, { amis }: Made): boolean =>
  Object.keys(parameterNames).every((region) => amis[region] !== undefined);

/** Names of a channel's parameters in every region that bakery.yml names and the bake is in. They are about to be written. */
export function parametersOf(
  run: Run,
  definition: ImageDefinition,
  channelName: string,
  { amis }: Made,
): Record<string, string> {
  const { settings } = run.deps;
  const { name, architecture } = definition;
  const parameter = parameterName(settings.parameterPattern, name, architecture, channelName);
  const regions = regionsOf(run, definition).filter((region) => amis[region] !== undefined);
  for (const region of regions) run.unsent.add(parameterKey(region, parameter));
  return Object.fromEntries(regions.map((region) => [region, parameter]));
}

/** Regions in which an image has parameters. */
export function regionsOf(run: Run, definition: ImageDefinition): string[] {
  const { settings } = run.deps;
  if (definition.regions === undefined) return [settings.region];
  return [...new Set([settings.region, ...Object.keys(allowedDestinations(definition, policyOf(settings)))])];
}

/** What is given of sharing: where the settings come to allow more, it is another policy. */
export const policyInForce = (run: Run, definition: ImageDefinition): string =>
  policyDigest({ ...definition, share: withinCeilings(definition.share, run.deps.settings.ceilings) });

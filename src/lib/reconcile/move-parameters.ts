import { AwsError } from '../aws/errors';
import { known } from '../definitions/known';
import type { Channel, ChannelMove, ParameterWrite } from '../lifecycle/channel';
import { nextParameterStep, written } from '../lifecycle/parameter-step';
import { parameterKey } from './observe';
import type { Run } from './run';

/** Tag by which a bakery knows its own parameters again. */
export const ownerTag = 'bakery';

/** Moves the parameters of all regions on, side by side, one outstanding write each. */
export async function moveParameters(
  run: Run,
  channel: Channel,
  move: ChannelMove,
): Promise<Record<string, ParameterWrite>> {
  const regions = Object.entries(move.parameters);
  const moved = await Promise.all(
    regions.map(async ([region, write]) => {
      const known = channel.parameterNames?.[region] === write.name;
      const failed = run.messages.some(
        (message) =>
          message.kind === 'parameter' && message.exception !== undefined && message.name === write.name,
      );
      return [region, await moveParameter(run, region, write, !known, move, failed)] as const;
    }),
  );
  return Object.fromEntries(moved);
}

async function moveParameter(
  run: Run,
  region: string,
  write: ParameterWrite,
  isNew: boolean,
  move: ChannelMove,
  failed: boolean,
): Promise<ParameterWrite> {
  const key = parameterKey(region, write.name);
  const step = nextParameterStep(write, run.facts.parameters.get(key), failed, run.nowMs);
  switch (step.do) {
    case 'confirmed':
      if (isNew && write.attempts === 0 && !(await ours(run, region, write.name))) return foreign(write);
      return { ...write, state: 'confirmed' };
    case 'wait':
      return write;
    case 'refuse':
      return { ...write, state: 'refused', why: step.why };
    case 'read': {
      const values = await run.deps.parameters.get(region, [write.name]);
      run.facts.parameters.set(key, known(values.get(write.name)?.value));
      return moveParameter(run, region, write, isNew, move, failed);
    }
    case 'write': {
      const sent = await send(run, region, write, isNew, move);
      run.facts.parameters.delete(key);
      // The failure that was reported is not this write's.
      return sent.state === 'refused' ? sent : moveParameter(run, region, sent, isNew, move, false);
    }
  }
}

async function send(
  run: Run,
  region: string,
  write: ParameterWrite,
  isNew: boolean,
  move: ChannelMove,
): Promise<ParameterWrite> {
  const { parameters, settings } = run.deps;
  const put = (create: boolean) =>
    parameters.putAmi(region, {
      name: write.name,
      amiId: write.value,
      create,
      description: `Bake ${move.to.bakeId}, commit ${move.to.commitId}. Kept by bakery ${settings.bakery}.`,
      ...(create ? { tags: { ...settings.tags, [ownerTag]: settings.bakery } } : {}),
    });
  try {
    await put(isNew && write.attempts === 0);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.code === 'PARAMETER_EXISTS') {
      if (!(await ours(run, region, write.name))) return foreign(write);
      await put(false);
    } else if (error.code !== 'UNAVAILABLE') {
      throw error;
    }
    // A write that got no answer may have taken: it counts as sent, and is read back like any other.
  }
  return written(write, run.nowMs);
}

async function ours(run: Run, region: string, name: string): Promise<boolean> {
  const tags = await run.deps.parameters.tags(region, name);
  return tags === undefined || tags[ownerTag] === run.deps.settings.bakery;
}

const foreign = (write: ParameterWrite): ParameterWrite => ({
  ...write,
  state: 'refused',
  why: `${write.name} exists and was not made by this bakery. Delete it, or tag it ${ownerTag}=<this bakery's name> to hand it over, then ask for a bake.`,
});

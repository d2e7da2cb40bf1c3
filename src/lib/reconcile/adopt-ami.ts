import type { ImageDefinition, ImageKey } from '../definitions/catalog';
import { baseId } from '../definitions/names';
import { findAmiOwner } from '../ledger/ami-owner';
import type { CommandOf } from '../ledger/record-command';
import { archiveAdopted, deleteCommand, recordAmi } from '../ledger/writes';
import { judgeAmi } from '../lifecycle/ami-adoption';
import type { Published } from '../lifecycle/channel';
import { newChannel } from '../lifecycle/channel-transitions';
import { revocationText } from '../lifecycle/revocation';
import { newImageRecord } from '../lifecycle/image-record';
import type { AmiObservation } from '../lifecycle/observation';
import { ancestryOn, baseAmi, isBuildable, resolveBase } from '../planning/base';
import { beyondCeilings, shareSetting } from '../planning/ceilings';
import { windowWait } from '../planning/window-wait';
import { inputHash } from '../planning/input-hash';
import { beginPublishing } from './begin-publishing';
import { definitionOf } from './definition-of';
import { refuseCommand } from './refuse-command';
import { revokedNow } from './revoked-now';
import type { Run } from './run';
import { policyOf, snapshotOf } from './snapshot';

type Adopt = CommandOf<'adopt'>;

/**
 * Takes an AMI that was made elsewhere as what a channel points to. Nobody knows what it was made of: it counts as what
 * is desired now, so that nothing is baked until something moves. The AMI's one owner, the beginning of the channel's
 * move and the end of the command are one transaction.
 */
export async function adoptAmi(run: Run, command: Adopt, images: ImageKey[]): Promise<void> {
  const { deps } = run;
  const { region, account, bakery, ceilings, mode } = deps.settings;
  const { amiId } = command;
  const refuse = (why: string, remedy: string) => refuseCommand(run, command, { why, remedy });
  if (mode === 'observe') {
    return refuse(
      'The bakery observes, and moves no channel',
      'pause the bakery, deploy it with mode: bake, adopt, and resume it.',
    );
  }

  const ami = (await deps.amis.get(region, [amiId])).get(amiId);
  const definitions = images.flatMap((image) => definitionOf(run, image) ?? []);
  const { channel: wanted } = command;
  const verdict = judgeAmi({ amiId, ami, region, account, bakery, images: definitions, channel: wanted });
  if (verdict.verdict === 'refuse') return refuse(verdict.why, 'ask again with another AMI or image.');
  const { image, channel: channelName } = verdict;
  const definition = definitionOf(run, image)!;
  const beyond = beyondCeilings(definition.share, ceilings);
  if (beyond.length > 0) {
    return refuse(
      `${image} is to be shared with ${beyond.join(', ')}, which ${shareSetting} does not allow`,
      'change share in bakery.yml, or the setting, and ask again.',
    );
  }
  const record = run.record(image) ?? newImageRecord(image);
  const busy =
    record.live !== undefined || Object.values(record.channels).some(({ moving }) => moving !== undefined);
  const closed = windowWait(definition, amiId, run.nowMs) !== undefined;
  const made = busy || closed ? undefined : await asDesired(run, command, definition, verdict.ami);
  if (made === undefined) {
    const reason = closed
      ? 'its window is closed'
      : busy
        ? 'a bake runs, or a channel moves'
        : 'inputs or base could not be read';
    deps.log.info('the command waits', { command: command.id, image, reason });
    return;
  }
  const owner = await findAmiOwner(deps.table, amiId);
  // The same again, after a move that was given up or to come back to it.
  const again = owner?.adoptedAs === image ? owner.bakeId : undefined;
  if (owner !== undefined && again === undefined) {
    return refuse(`${amiId} is the result of bake ${owner.bakeId}`, `ask for a bake of ${image} instead.`);
  }

  const revocation = revokedNow(run, image, { bakeId: again ?? '', ancestry: made.ancestry });
  if (revocation !== undefined) {
    return refuse(`${amiId} must not be used: ${revocationText(revocation)}`, 'ask again with another AMI.');
  }

  // What a person puts there takes the place of what another one held there.
  const { pin: _released, ...channel } = record.channels[channelName] ?? newChannel();
  const to = { ...made, bakeId: again ?? deps.newBakeId(run.nowMs) };
  const cause = { code: 'adopted', text: `${command.by} adopted ${amiId}: ${command.why}` } as const;
  const { trouble: _mended, dueSinceMs: _due, ready, ...rest } = record;
  // What was finished before and waits for its window would take the place of what a person has put there.
  const waits = ready === undefined || channelName === definition.channels[0] ? {} : { ready };
  const channels = {
    ...record.channels,
    // Written as a new one, so that a parameter somebody else made is found out and taken over.
    [channelName]: beginPublishing(
      run,
      definition,
      channelName,
      { ...channel, parameterNames: {} },
      { to, cause },
    ),
  };
  await run.save({ ...rest, ...waits, channels }, [
    deleteCommand(command.id),
    ...(again === undefined ? [recordAmi(amiId, to.bakeId, image), archiveAdopted(to)] : []),
  ]);
  deps.log.info('AMI adopted', {
    image,
    channel: channelName,
    ami: amiId,
    by: command.by,
    reason: command.why,
  });
}

/** What the AMI is taken to be; undefined: that cannot be said now. */
async function asDesired(
  run: Run,
  { amiId, by, why }: Adopt,
  definition: ImageDefinition,
  { createdAtMs, sourceAmiId }: AmiObservation,
): Promise<Omit<Published, 'sequence' | 'bakeId'> | undefined> {
  const { catalog } = run.facts;
  if (!catalog.known) return undefined;
  const { commitId, contentDigests, inputs } = catalog.value;
  const contentDigest = contentDigests[definition.key];
  await run.bases;
  const parent = definition.base.kind === 'image' ? run.record(definition.base.image) : undefined;
  const base = resolveBase(definition, baseId(definition.base), parent, snapshotOf(run));
  if (contentDigest === undefined || base.state === 'unknown') return undefined;
  const baseAmiId = isBuildable(base) ? baseAmi(base) : undefined;
  const source = sourceAmiId === undefined ? [] : [{ amiId: sourceAmiId }];
  return {
    image: definition.key,
    inputHash: inputHash(contentDigest, baseAmiId),
    contentDigest,
    notBefore: run.nowMs,
    ...(baseAmiId === undefined ? {} : { baseAmiId }),
    commitId,
    inputs: inputs[definition.key] ?? [],
    amis: { [run.deps.settings.region]: amiId },
    // What EC2 knows of where it came from; the rest is nobody's to say.
    ancestry:
      sourceAmiId !== undefined && sourceAmiId === baseAmiId
        ? ancestryOn(base, policyOf(run.deps.settings))
        : source,
    bakedAtMs: createdAtMs,
    adopted: { by, why, atMs: run.nowMs },
  };
}

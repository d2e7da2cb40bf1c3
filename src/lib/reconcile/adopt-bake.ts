import { AwsError } from '../aws/errors';
import { archiveBake, freeSlot, indexReady, recordAmi } from '../ledger/writes';
import { judgeAdoption, type Adoption } from '../lifecycle/adoption';
import type { Bake } from '../lifecycle/bake';
import { moveBakeThrough } from '../lifecycle/bake-transitions';
import { newChannel } from '../lifecycle/channel-transitions';
import type { ImageRecord } from '../lifecycle/image-record';
import { toPublished } from '../lifecycle/publish';
import { definitionOf } from './definition-of';
import { endBake } from './end-bake';
import { beginPublishing } from './begin-publishing';
import type { Run } from './run';

/**
 * Looks at what the build named, and takes it as the bake's result or refuses it. Adoption, history, reuse index, the
 * AMI's one owner, the freed slot and the beginning of the channel's move are one transaction.
 */
export async function adoptBake(
  run: Run,
  record: ImageRecord,
  bake: Bake,
  amis: Record<string, string>,
): Promise<void> {
  const { deps, nowMs } = run;
  const definition = definitionOf(run, record.key);
  if (amis[deps.settings.region] === undefined) {
    const named = Object.entries(amis).map(([region, amiId]) => `${region}:${amiId}`);
    return reject(
      run,
      record,
      bake,
      `The build named ${named.join(', ')}, and no AMI in ${deps.settings.region}.`,
    );
  }
  const verdicts = await Promise.all(
    Object.entries(amis).map(([region, amiId]) => judge(run, bake, region, amiId)),
  );
  const refused = verdicts.find(({ verdict }) => verdict === 'reject');
  if (refused?.verdict === 'reject') return reject(run, record, bake, refused.why);
  if (verdicts.some(({ verdict }) => verdict !== 'adopt')) return;

  const ready = moveBakeThrough(bake, ['testing', 'approval', 'distributing', 'ready'], {
    amis,
    endedAtMs: nowMs,
    ...(bake.baseAmiId === undefined ? ownBase(run, amis) : {}),
  });
  const { live: _done, trouble: _mended, ...rest } = record;
  const published = toPublished(ready, nowMs);
  const channelName = definition?.channels[0];
  const channel = channelName === undefined ? undefined : (record.channels[channelName] ?? newChannel());
  // A repair moves the channel just now; the bake is adopted when that is over.
  if (channel?.moving !== undefined) return;
  const current = channel?.current;
  // Ids of bakes sort by the time of the claim: an older result never replaces a newer one.
  const publishes = channel !== undefined && (current === undefined || current.bakeId < bake.id);
  const channels =
    publishes && definition !== undefined && channelName !== undefined
      ? {
          ...record.channels,
          [channelName]: beginPublishing(run, definition, channelName, channel, {
            to: published,
            cause: { code: 'published', text: bake.cause.text },
          }),
        }
      : record.channels;
  try {
    await run.save({ ...rest, channels }, [
      ...archiveBake(ready),
      indexReady({ ...published, sequence: 0 }),
      freeSlot(bake.slot),
      ...Object.values(amis).map((amiId) => recordAmi(amiId, bake.id)),
    ]);
  } catch (error) {
    // The image, then archive, index and slot: whatever comes after those four is an AMI.
    if (error instanceof AwsError && error.failedConditions.some((index) => index >= 4)) {
      return reject(
        run,
        record,
        bake,
        `Another bake has recorded ${Object.values(amis).join(', ')} already.`,
      );
    }
    throw error;
  }
  run.ledger.slots.delete(bake.slot);
  deps.log.info('result adopted', {
    image: bake.image,
    bake: bake.id,
    amis,
    reason: bake.cause.text,
  });
}

const reject = (run: Run, record: ImageRecord, bake: Bake, why: string): Promise<void> =>
  endBake(run, record, bake, 'rejected', { class: 'rejected', message: why, lines: [] });

/** Where the template chose its base itself, the AMI tells which it was. */
function ownBase(run: Run, amis: Record<string, string>): Partial<Bake> {
  const ami = run.facts.amis.get(amis[run.deps.settings.region] ?? '');
  return ami?.sourceAmiId === undefined ? {} : { ancestry: [{ amiId: ami.sourceAmiId }] };
}

async function judge(run: Run, bake: Bake, region: string, amiId: string): Promise<Adoption> {
  const { deps, nowMs } = run;
  const ami = run.facts.amis.get(amiId) ?? (await deps.amis.get(region, [amiId])).get(amiId);
  if (ami !== undefined) run.facts.amis.set(amiId, ami);
  const build = run.facts.builds.get(bake.id);
  const buildEndedAtMs = build?.known === true ? build.value?.endedAtMs : undefined;
  const facts = { region, amiId, ami, account: deps.settings.account, nowMs, buildEndedAtMs };
  // A copy in another region names an AMI of that region's; only the home region is held against the base.
  const judged = region === deps.settings.region ? bake : { ...bake, baseAmiId: undefined };
  const first = judgeAdoption(judged, facts);
  if (first.verdict !== 'ask-ancestry') return first;
  return judgeAdoption(judged, { ...facts, ancestry: await deps.amis.ancestry(region, amiId) });
}

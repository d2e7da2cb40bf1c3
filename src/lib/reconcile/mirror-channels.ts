import type { TableWrite } from '../aws/edges';
import { AwsError } from '../aws/errors';
import { channelBlocked } from '../notices/channel-blocked';
import { imageKey, parameterName } from '../definitions/names';
import { known, unknown, type Known } from '../definitions/known';
import { putMirror } from '../ledger/writes';
import { upstreamSk } from '../ledger/keys';
import type { AmiObservation } from '../lifecycle/observation';
import type { Channel, Published } from '../lifecycle/channel';
import { beginMove, blockMove, confirmMove, newChannel, withdraw } from '../lifecycle/channel-transitions';
import type { MirrorRecord, UpstreamRecord } from '../lifecycle/upstream-record';
import { mirrorStatus, type MirrorStatus } from '../lifecycle/mirror';
import type { Settings } from '../settings/settings';
import { deleteParameters } from './delete-parameters';
import { whyRepair } from './drift';
import { moveParameters, sendUnsent } from './move-parameters';
import { parameterKey } from './read-parameters';
import { refusedOnTheWayOut } from './refused-on-the-way-out';
import type { Run } from './run';
import { keepTold, tell } from './send-notices';

type MirrorSetting = Settings['mirrors'][number];

export interface MirrorReport {
  name: string;
  setting: MirrorSetting;
  status: MirrorStatus;
  record?: MirrorRecord;
}

const mirrorName = ({ bakery, image, architecture, channel }: MirrorSetting): string =>
  upstreamSk(bakery, imageKey(image, architecture), channel).slice('UPSTREAM#'.length);

/** What each mirrored channel says and whether it can be followed: one look at EC2 for all of them. */
export async function observeMirrors(run: Run): Promise<MirrorReport[]> {
  const { settings } = run.deps;
  const seen = await seeAmis(run);
  return settings.mirrors.map((setting) => {
    const name = mirrorName(setting);
    const record = run.ledger.mirrors.get(name);
    const upstream = run.ledger.upstreams.get(name);
    return {
      name,
      setting,
      ...(record === undefined ? {} : { record }),
      status: mirrorStatus(record?.state, upstream, seen, settings.region),
    };
  });
}

/** Moves local parameters to what the followed bakeries announced last: the same life as any channel's. */
export async function mirrorChannels(run: Run): Promise<MirrorReport[]> {
  const reports = await observeMirrors(run);
  if (run.deps.settings.mode === 'observe') return reports;
  await run.each(
    reports,
    'mirroring a channel',
    ({ setting }) => imageKey(setting.image, setting.architecture),
    (report) => mirror(run, report),
  );
  return reports;
}

async function mirror(run: Run, { name, setting, status, record }: MirrorReport): Promise<void> {
  const { settings, log } = run.deps;
  const image = imageKey(setting.image, setting.architecture);
  let mirrored: MirrorRecord = record ?? {
    bakery: setting.bakery,
    image,
    channel: setting.channel,
    version: 0,
    state: newChannel(),
  };
  const parameter =
    setting.parameter ??
    parameterName(settings.parameterPattern, setting.image, setting.architecture, setting.channel);
  const repair =
    status.code === 'current' ? whyRepair(run, mirrored.state, { [settings.region]: parameter }) : undefined;
  const { paused } = run.ledger.meta;
  if (status.code === 'withdrawn') return withdrawMirror(run, name, mirrored, status.text);
  const { current } = mirrored.state;
  const leaves =
    current !== undefined && run.ledger.upstreams.get(name)?.revoked.includes(current.bakeId) === true;
  const begins = (status.code === 'behind' || repair !== undefined) && (paused === undefined || leaves);
  if (begins && mirrored.state.moving === undefined) {
    const upstream = run.ledger.upstreams.get(name)!;
    const announced = `${setting.bakery} announced sequence ${upstream.sequence}`;
    const state = beginMove(
      repair === undefined ? mirrored.state : { ...mirrored.state, parameterNames: {} },
      {
        to: publishedOf(upstream, settings.region),
        cause:
          repair === undefined ? { code: 'mirrored', text: announced } : { code: 'repaired', text: repair },
        parameters: { [settings.region]: parameter },
        policyDigest: '',
        tagged: true,
        // A repair needs one of its own; what is announced next is about the time it is announced, which is later.
        sequence: Math.max(upstream.sequence, mirrored.state.lastSequence + 1),
      },
      run.nowMs,
    );
    run.unsent.add(parameterKey(settings.region, parameter));
    mirrored = await save(run, name, { ...mirrored, state });
  }
  const { moving } = mirrored.state;
  if (moving === undefined) return;
  // The AMI is another account's: its tags and launch permissions are not ours to set.
  const shared = { ...moving, tagged: true, shared: true };
  await sendUnsent(run, mirrored.state, shared);
  const parameters = await moveParameters(run, mirrored.state, shared, async (pending) => {
    const state = { ...mirrored.state, moving: { ...shared, parameters: pending } };
    mirrored = await save(run, name, { ...mirrored, state });
  });
  const move = { ...shared, parameters };
  const state = { ...mirrored.state, moving: move } satisfies Channel;
  const writes = Object.values(parameters);
  const refusal = writes.find((write) => write.refusal !== undefined)?.refusal;
  if (refusal !== undefined && leaves) {
    const revoked = { by: `bakery ${setting.bakery}`, why: `bake ${current.bakeId} was revoked` };
    const about = { image, name: setting.channel, channel: state, refusal, revoked, notify: undefined };
    const out = await refusedOnTheWayOut(run, about);
    if (out !== undefined) tell(run, out.notice);
    const told = keepTold(run);
    await save(run, name, { ...mirrored, state: out?.channel ?? state }, told.writes);
    told.stored();
  } else if (refusal !== undefined) {
    log.warn('mirror blocked', { image, channel: setting.channel, reason: refusal.why });
    const blocked = { ...refusal, sinceMs: run.nowMs };
    tell(run, channelBlocked(image, setting.channel, blocked, undefined, run.nowMs));
    const told = keepTold(run);
    await save(run, name, { ...mirrored, state: blockMove(state, blocked) }, told.writes);
    told.stored();
  } else if (writes.every((write) => write.state === 'confirmed')) {
    await save(run, name, { ...mirrored, state: confirmMove(state, run.nowMs) });
    log.info('mirrored', { image, channel: setting.channel, bake: move.to.bakeId, reason: move.cause.text });
  }
}

/** Nothing good is left upstream: what the parameter says cannot be started any more, and must not be. */
async function withdrawMirror(run: Run, name: string, mirror: MirrorRecord, text: string): Promise<void> {
  if (!(await deleteParameters(run, mirror.state))) return;
  const by = `bakery ${mirror.bakery}`;
  await save(run, name, { ...mirror, state: withdraw(mirror.state, { by, why: text }, run.nowMs) });
  run.deps.log.warn('mirror withdrawn', { image: mirror.image, channel: mirror.channel, reason: text });
}

async function save(
  run: Run,
  name: string,
  mirror: MirrorRecord,
  alongside: TableWrite[] = [],
): Promise<MirrorRecord> {
  const { stored, write } = putMirror(mirror);
  await run.deps.table.write([write, ...alongside]);
  run.ledger.mirrors.set(name, stored);
  run.changes += 1;
  return stored;
}

async function seeAmis(run: Run): Promise<Known<Map<string, AmiObservation>>> {
  const { amis, settings } = run.deps;
  const wanted = settings.mirrors.flatMap((setting) => {
    return run.ledger.upstreams.get(mirrorName(setting))?.amis[settings.region] ?? [];
  });
  if (wanted.length === 0) return known(new Map());
  try {
    return known(await amis.get(settings.region, [...new Set(wanted)]));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    run.note('looking at announced AMIs', undefined, error);
    return unknown(error.message);
  }
}

function publishedOf(upstream: UpstreamRecord, region: string): Omit<Published, 'sequence'> {
  return {
    image: upstream.image,
    bakeId: upstream.bakeId,
    inputHash: upstream.inputHash,
    contentDigest: '',
    notBefore: 0,
    commitId: upstream.commitId,
    inputs: [],
    amis: { [region]: upstream.amis[region] ?? '' },
    ancestry: upstream.ancestry,
    bakedAtMs: upstream.publishedAtMs,
  };
}

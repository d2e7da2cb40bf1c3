import { isOpen, opensAt } from '../definitions/window';
import type { Channel, Gone, Soaking } from '../lifecycle/channel';
import { keepsOut, soakingOf } from '../lifecycle/soaking';
import type { ImageRecord } from '../lifecycle/image-record';
import { revocationText } from '../lifecycle/revocation';
import { beyondSettings } from './ceilings';
import type { ImageNode } from './forest';
import type { FurtherChannel, FurtherState } from './further-channel';
import type { Outline } from './outline';
import { isMarked, revokedHere } from './revoked';
import type { Run } from './run';
import { amendment } from './satisfied';
import type { Snapshot } from './snapshot';

/** Every channel of an image after the first, in their order. */
export function furtherChannels(node: ImageNode, run: Run): FurtherChannel[] {
  const { channels, key } = node.outline.definition;
  return channels.slice(1).map((channel, index) => {
    const from = channels[index]!;
    const state = stateOf(node, run, from, channel);
    const move = moveOf(state, from, node.outline);
    return { image: key, channel, state, ...(move === undefined ? {} : { move }) };
  });
}

function moveOf(state: FurtherState, from: string, { policyDigest }: Outline): FurtherChannel['move'] {
  if (state.code === 'channel-due') return { kind: 'promote', from, bakeId: state.bakeId };
  return state.code === 'channel-policy' ? { kind: 'amend', from, policyDigest } : undefined;
}

function stateOf(node: ImageNode, run: Run, from: string, name: string): FurtherState {
  const { record, outline, paused } = node;
  const { nowMs, policy } = run.snapshot;
  const { promote, test, window } = outline.definition;
  const channel = record?.channels[name];
  const before = record?.channels[from];
  if (channel?.moving !== undefined) return { code: 'channel-moving', bakeId: channel.moving.to.bakeId };
  const left =
    channel?.current === undefined ? undefined : revokedHere(run.snapshot, outline.key, channel.current);
  if (left !== undefined) return { code: 'channel-leaving', revoked: revocationText(left) };
  if (channel?.blocked !== undefined) return { code: 'channel-blocked', why: channel.blocked.why };
  if (paused !== undefined) return paused;
  const beyond = beyondSettings(outline, policy, run.beyondPrefixes);
  if (beyond !== undefined) return { code: 'channel-ceiling', ...beyond };
  const needs = needsAmendment(outline, channel, run);
  const ownLost = needs ? lostAs(channel, outline) : undefined;
  if (needs && ownLost === undefined && policy.mode !== 'observe')
    return ifItsTurn(node, { code: 'channel-policy' });

  const open = candidates(channel, before).filter(
    (bake) => !isRevoked(run.snapshot, record, bake.bakeId, before),
  );
  const { pin } = channel ?? {};
  const free = pin === undefined ? open : open.filter((bake) => !keepsOut(pin, bake));
  if (pin !== undefined && free.length === 0) {
    const { by, why, atMs, until } = pin;
    return { code: 'channel-pinned', by, why, atMs, until };
  }
  const newest = free.at(-1);
  if (newest === undefined && channel?.withdrawn !== undefined) {
    const { bakeId, by, why } = channel.withdrawn;
    return { code: 'channel-withdrawn', bakeId, by, why, from };
  }
  const lost = channel?.gone?.findLast(({ bakeId }) => bakeId > (channel.current?.bakeId ?? ''));
  if (newest === undefined && lost !== undefined)
    return { code: 'channel-gone', bakeId: lost.bakeId, why: lost.why };
  if (newest === undefined && ownLost !== undefined) return { code: 'channel-lost', why: ownLost.why };
  if (newest === undefined)
    return { code: before?.current === undefined ? 'channel-empty' : 'channel-up-to-date', from };
  if (promote === undefined) return { code: 'channel-by-hand', bakeId: newest.bakeId, from };
  if (before?.pin !== undefined && before.pin.from === undefined) {
    const { by, why, atMs } = before.pin;
    return { code: 'channel-held', from, by, why, atMs };
  }
  const tested = test === undefined ? free : free.filter((bake) => bake.tested === true);
  if (tested.length === 0) return { code: 'channel-untested', bakeId: newest.bakeId };
  const soaked = tested.filter(({ sinceMs }) => sinceMs + promote.soakMs <= nowMs).at(-1);
  if (soaked === undefined) {
    const [first] = tested.toSorted((a, b) => a.sinceMs - b.sinceMs);
    const { bakeId, sinceMs } = first!;
    return { code: 'channel-soaking', bakeId, from, untilMs: sinceMs + promote.soakMs };
  }
  const { bakeId } = soaked;
  if (window !== undefined && !isOpen(window, nowMs)) {
    const opensAtMs = opensAt(window, nowMs);
    return { code: 'channel-window', bakeId, ...(opensAtMs === undefined ? {} : { opensAtMs }) };
  }
  if (policy.mode === 'observe') return { code: 'channel-observe', bakeId };
  return ifItsTurn(node, { code: 'channel-due', bakeId, from });
}

/** Whether what the channel has differs in sharing, tags and regions, which takes no bake. */
const needsAmendment = (outline: Outline, channel: Channel | undefined, run: Run): boolean =>
  channel?.current !== undefined &&
  amendment(outline, channel.current, channel.policyDigest, run) !== undefined;

/** EC2 had no AMI to amend when this was tried before. */
const lostAs = (channel: Channel | undefined, { policyDigest }: Outline): Gone | undefined =>
  channel?.gone?.find(
    (gone) => gone.bakeId === channel.current?.bakeId && gone.policyDigest === policyDigest,
  );

/** The channels of an image move one after the other. */
function ifItsTurn({ record }: ImageNode, state: FurtherState): FurtherState {
  for (const [channel, { moving }] of Object.entries(record?.channels ?? {})) {
    if (moving !== undefined) return { code: 'channel-turn', channel };
  }
  return state;
}

/** What a soaking bake was built on is not kept with it: the marks on the image tell, and for what the channel before has, its ancestry. */
function isRevoked(
  snapshot: Snapshot,
  record: ImageRecord | undefined,
  bakeId: string,
  before: Channel | undefined,
): boolean {
  if (isMarked(record, bakeId)) return true;
  const now = before?.current;
  return now?.bakeId === bakeId && revokedHere(snapshot, now.image, now) !== undefined;
}

/**
 * Bakes newer than the channel's, oldest first: those that were in the channel before, and the one that is. One that came
 * back to it is in the list twice, and counts from the first time.
 */
function candidates(channel: Channel | undefined, before: Channel | undefined): Soaking[] {
  const has = channel?.current?.bakeId ?? '';
  const earlier = channel?.soaking ?? [];
  const now = before?.current;
  const all = now === undefined ? earlier : [...earlier, soakingOf(now)];
  const gone = new Set(channel?.gone?.map(({ bakeId }) => bakeId));
  return all
    .filter(({ bakeId }) => bakeId > has && !gone.has(bakeId))
    .sort((a, b) => (a.bakeId < b.bakeId ? -1 : 1));
}

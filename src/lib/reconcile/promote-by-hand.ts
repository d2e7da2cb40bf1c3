import type { ImageKey } from '../definitions/catalog';
import { isOpen, opensAt } from '../definitions/window';
import { history } from '../ledger/history';
import type { CommandOf } from '../ledger/record-command';
import { deleteCommand } from '../ledger/writes';
import type { Published } from '../lifecycle/channel';
import { newChannel } from '../lifecycle/channel-transitions';
import { whyNotPromoted, type NotPromoted } from '../lifecycle/promotion';
import { beginPublishing, regionsOf } from './begin-publishing';
import { chosenChannels, type ChosenChannel } from './chosen-channels';
import { publishedAgain, whyGone } from './earlier-bake';
import { asRevoked } from './as-revoked';
import { refuseCommand } from './refuse-command';
import type { Run } from './run';

type Promotion = CommandOf<'promote'>;
type Goal = Omit<Published, 'sequence'>;

const lookedAt = 200;

/**
 * A person lets a channel follow the one before it, without waiting for the soak. Every image that the command means is
 * judged before the first of them is moved. Tests, revocation and the window hold for a person as well.
 */
export async function promoteByHand(run: Run, command: Promotion, images: ImageKey[]): Promise<void> {
  if (run.deps.settings.mode === 'observe') {
    const why = 'The bakery observes, and moves no channel';
    return refuseCommand(run, command, { why, remedy: 'deploy it with mode: bake, and ask again.' });
  }
  const chosen = await chosenChannels(run, command, images);
  if (chosen === undefined) return;
  const planned: { chosen: ChosenChannel; to: Goal }[] = [];
  for (const one of chosen) {
    const waits = whyWait(run, one);
    if (waits !== undefined) {
      run.deps.log.info('the command waits', { command: command.id, image: one.record.key, reason: waits });
      return;
    }
    const found = await findGoal(run, command, one);
    // One of several architectures may have been moved before a crash, or by itself.
    if ('why' in found && found.already && chosen.length > 1 && one !== chosen.at(-1)) continue;
    if ('why' in found && found.already && planned.length > 0) continue;
    if ('why' in found) return refuseCommand(run, command, found);
    planned.push({ chosen: one, to: found.to });
  }
  for (const [index, { chosen: one, to }] of planned.entries()) {
    const { definition, record, name, channel } = one;
    const text = `${command.by} promoted it: ${command.why}`;
    const cause = { code: 'promoted', text } as const;
    const moved = beginPublishing(run, definition, name, channel ?? newChannel(), { to, cause });
    const last = index === planned.length - 1 ? [deleteCommand(command.id)] : [];
    await run.save({ ...record, channels: { ...record.channels, [name]: moved } }, last);
    run.deps.log.info('promoted by hand', {
      image: record.key,
      channel: name,
      bake: to.bakeId,
      reason: text,
    });
  }
}

function whyWait(run: Run, { definition, record }: ChosenChannel): string | undefined {
  const moving = Object.entries(record.channels).find(([, channel]) => channel.moving !== undefined);
  if (moving !== undefined) return `${moving[0]} is moving`;
  const { window } = definition;
  if (window === undefined || isOpen(window, run.nowMs)) return undefined;
  const at = opensAt(window, run.nowMs);
  return `window opens at ${at === undefined ? 'no time in the next two weeks' : new Date(at).toISOString()}`;
}

async function findGoal(
  run: Run,
  { bake }: Promotion,
  { definition, record, name, channel }: ChosenChannel,
): Promise<{ to: Goal } | NotPromoted> {
  const at = definition.channels.indexOf(name);
  const before = definition.channels[at - 1];
  const published = before === undefined ? undefined : record.channels[before]?.current;
  const ended = await history(run.deps.table, record.key, lookedAt);
  const bakeId = bake ?? published?.bakeId;
  const found = asRevoked(
    run,
    record.key,
    ended.find(({ id }) => id === bakeId),
  );
  const refusal = whyNotPromoted({
    image: record.key,
    channelName: name,
    before,
    channel,
    bakeId,
    bake: found,
    hasTests: definition.test !== undefined,
  });
  if (refusal !== undefined) return refusal;
  const to =
    published?.bakeId === bakeId && published !== undefined
      ? withoutSequence(published)
      : await publishedAgain(run, found!);
  const gone = await whyGone(run, to, regionsOf(run, definition));
  return gone === undefined ? { to } : { why: gone, remedy: 'name another bake with --bake.' };
}

const withoutSequence = ({ sequence: _old, publishedAtMs: _then, ...to }: Published): Goal => to;

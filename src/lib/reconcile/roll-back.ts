import type { ImageKey } from '../definitions/catalog';
import { history } from '../ledger/history';
import type { CommandOf } from '../ledger/record-command';
import { deleteCommand } from '../ledger/writes';
import type { Published } from '../lifecycle/channel';
import { rollbackTarget } from '../lifecycle/rollback';
import type { Refusal } from '../notices/command-refused';
import { asRevoked } from './as-revoked';
import { beginPublishing, regionsOf } from './begin-publishing';
import { chosenChannels, type ChosenChannel } from './chosen-channels';
import { publishedAgain, whyGone } from './earlier-bake';
import { makePin } from './make-pin';
import { waits } from './pin-channel';
import { refuseCommand } from './refuse-command';
import type { Run } from './run';

type Rollback = CommandOf<'rollback'>;

/** Bakes looked through for the last good one. */
const lookedAt = 200;

/**
 * Puts a channel back to an earlier bake and pins it there. Every image that the command means is judged before the first
 * of them is moved. A window holds nobody back: a rollback is for when something is broken.
 */
export async function rollBack(run: Run, command: Rollback, images: ImageKey[]): Promise<void> {
  if (run.deps.settings.mode === 'observe') {
    return refuseCommand(run, command, {
      why: 'The bakery observes, and moves no channel',
      remedy: 'pause the bakery, deploy it with mode: bake, roll back, and resume it.',
    });
  }
  const chosen = await chosenChannels(run, command, images);
  if (chosen === undefined) return;
  const planned: { chosen: ChosenChannel; to: Omit<Published, 'sequence'> }[] = [];
  for (const one of chosen) {
    // Taken before a crash, with the other images still to come.
    if (one.channel?.pin?.commandId === command.id) continue;
    const found = await findTarget(run, command, one);
    if (found.verdict === 'refuse') return refuseCommand(run, command, found);
    if (found.verdict === 'wait') {
      run.deps.log.info('the command waits', {
        command: command.id,
        image: one.record.key,
        reason: found.why,
      });
      return;
    }
    planned.push({ chosen: one, to: found.to });
  }
  for (const { chosen: one, to } of planned) {
    if (!(await moveBack(run, command, one, to))) return waits(run, command, one.record.key);
  }
  await run.deps.table.write([deleteCommand(command.id)]);
}

type Found =
  | { verdict: 'go'; to: Omit<Published, 'sequence'> }
  | { verdict: 'wait'; why: string }
  | ({ verdict: 'refuse' } & Refusal);

async function findTarget(run: Run, { to, atMs }: Rollback, one: ChosenChannel): Promise<Found> {
  const { definition, record, name, channel } = one;
  const ended = (await history(run.deps.table, record.key, lookedAt)).map((bake) =>
    asRevoked(run, record.key, bake),
  );
  const isFirst = definition.channels[0] === name;
  const target = rollbackTarget({
    image: record.key,
    channelName: name,
    channel,
    isFirst,
    history: ended,
    to,
    askedAtMs: atMs,
  });
  if (target.verdict !== 'go') return target;
  const bake = await publishedAgain(
    run,
    ended.find(({ id }) => id === target.bakeId)!,
  );
  const gone = await whyGone(run, bake, regionsOf(run, definition));
  if (gone === undefined) return { verdict: 'go', to: bake };
  return { verdict: 'refuse', why: gone, remedy: 'name another bake with --to.' };
}

/** The beginning of the move and the pin are one write. False: what the image is built on is not known. */
async function moveBack(
  run: Run,
  command: Rollback,
  { definition, name }: ChosenChannel,
  to: Omit<Published, 'sequence'>,
): Promise<boolean> {
  const record = run.record(definition.key);
  const channel = record?.channels[name];
  if (record === undefined || channel?.current === undefined) return true;
  const pin = await makePin(run, definition, command, channel.current.bakeId);
  if (pin === undefined) return false;
  const text = `${command.by} rolled back from ${channel.current.bakeId}: ${command.why}`;
  const cause = { code: 'rolled-back', text } as const;
  const moved = { ...beginPublishing(run, definition, name, channel, { to, cause }), pin };
  await run.save({ ...record, channels: { ...record.channels, [name]: moved } });
  run.deps.log.info('channel rolled back', {
    image: record.key,
    channel: name,
    from: channel.current.bakeId,
    to: to.bakeId,
    by: command.by,
    reason: command.why,
  });
  return true;
}

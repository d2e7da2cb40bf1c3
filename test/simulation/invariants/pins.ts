import type { Invariant, SimCall, Violation } from '../contract';
import { Asked } from './asked';
import { channelChanges, isToldAgain } from './changes';
import { DesiredModel } from './desired-model';
import { Excuses } from './excuses';
import { broken } from './violation';

const minuteMs = 60_000;
const name = 'rollback-stays';

/** A person's word: a pin is theirs to set, to move and to take away. */
export const rollbackStays: Invariant = {
  name,
  says: 'a channel is pinned and goes back because a person says so, and stays there until a commit of the image’s own inputs, with `--until base` its base, or a person',
  watch: (universe) => {
    const desired = DesiredModel.of(universe);
    const excuses = new Excuses(universe);
    const asked = new Asked(universe);

    const judge = (call: SimCall): Violation[] | undefined => {
      for (const { account, image, channel, name: title, isMirror, before, after } of channelChanges(call)) {
        if (isMirror || after === undefined) continue;
        const say = (message: string) => broken(name, `${title} ${message}`, { account, before, after });
        const isSaid = (...kinds: string[]) =>
          kinds.some((kind) => asked.about(account, kind, image, channel).length > 0);
        const { pin, moving } = after;
        const was = before?.pin;
        const isNew = pin !== undefined && pin.commandId !== was?.commandId;
        // A renamed image takes its pins along.
        const isTakenOver = before === undefined && after.moving?.cause.code === 'repaired';
        if (isNew && !isTakenOver && !isSaid('pin', 'rollback'))
          return say('is pinned, and nobody has asked for that');
        const begins =
          moving !== undefined &&
          moving.to.sequence !== before?.moving?.to.sequence &&
          !isToldAgain(before, after);
        const back = begins && moving.cause.code === 'rolled-back';
        if (back && !isSaid('rollback'))
          return say(`goes back to ${moving.to.bakeId}, and nobody has asked for that`);
        if (back && pin?.from !== before?.current?.bakeId) return say('goes back, and is not pinned there');
        if (was === undefined) continue;
        if (pin === undefined) {
          if (isSaid('unpin', 'adopt')) continue;
          if (desired.releasedBy(account, image, channel, was) !== undefined) continue;
          if (
            begins &&
            moving.cause.code === 'promoted' &&
            desired.passes(account, image, channel, was, moving.to)
          )
            continue;
          const stale = excuses.struck(
            account,
            ['read-stale', 'queue-at-once', 'queue-twice', 'call-slow'],
            call.atMs - 15 * minuteMs,
          );
          if (was.until === 'base' && stale) continue;
          // Which AMI a filter finds is nobody's to say here, but that the vendor has made another one.
          const base = desired.definition(account, image)?.base;
          const isNewer = universe.people.vendorAmis.some(
            ({ atMs, architecture }) => atMs >= was.atMs && image.endsWith(`/${architecture}`),
          );
          if (was.until === 'base' && base?.kind === 'ami-filter' && isNewer) continue;
          return say('is pinned no more, and neither a commit, nor its base, nor a person has released it');
        }
        // What was revoked is left in any case; whether it was is for another invariant to say.
        if (!begins || isNew || moving.cause.code === 'revoked') continue;
        if (moving.to.bakeId !== before?.current?.bakeId)
          return say(`is pinned, and begins to move to ${moving.to.bakeId} (${moving.cause.code})`);
      }
      return undefined;
    };
    return { afterCall: (call) => (call.ledger.length === 0 ? undefined : judge(call)) };
  },
};

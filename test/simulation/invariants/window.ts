import type { Invariant } from '../contract';
import { channelChanges, isToldAgain } from './changes';
import { DesiredModel } from './desired-model';
import { Excuses } from './excuses';
import { broken } from './violation';
import { wasOpen } from './window-model';

const minuteMs = 60_000;
const name = 'inside-window';

/** Nothing of these moves a channel to another bake that bakery.yml has asked for at that hour. */
const atAnyTime = ['rolled-back', 'revoked', 'repaired', 'amended', 'mirrored'];

export const insideWindow: Invariant = {
  name,
  says: 'a channel begins to move to another bake inside its window only, by the clocks of the window’s place; but a rollback',
  watch: (universe) => {
    const desired = DesiredModel.of(universe);
    const excuses = new Excuses(universe);
    return {
      afterCall: (call) => {
        for (const { account, image, name: channel, isMirror, before, after } of channelChanges(call)) {
          const moving = after?.moving;
          if (isMirror || moving === undefined || moving.to.sequence === before?.moving?.to.sequence)
            continue;
          if (atAnyTime.includes(moving.cause.code) || isToldAgain(before, after!)) continue;
          const window = desired.definition(account, image)?.window;
          // It may have closed between the decision and its write.
          const slow = excuses.struck(account, ['call-slow'], call.atMs - 30 * minuteMs) ? 5 : 1;
          if (wasOpen(window, call.atMs - slow * minuteMs, call.atMs)) continue;
          if (
            excuses.struck(
              account,
              ['lying-clock', 'queue-at-once', 'queue-twice'],
              call.atMs - 30 * minuteMs,
            )
          )
            continue;
          return broken(name, `${channel} begins to move (${moving.cause.code}) outside its window`, {
            account,
            window,
            moving,
          });
        }
        return undefined;
      },
    };
  },
};

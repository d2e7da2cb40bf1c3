import type { Invariant } from '../contract';
import { confirmations } from './changes';
import { DesiredModel } from './desired-model';
import { Excuses } from './excuses';
import { broken } from './violation';

const name = 'channel-forward';

/** Only what is asked for again (a revert, on the same base, in the same period) brings an older bake back. */
export const channelForward: Invariant = {
  name,
  says: 'a channel never goes back: to an older bake only where that is what is desired now or a person rolls it back, to an older period by such a person alone, to an older sequence never',
  watch: (universe) => {
    const desired = DesiredModel.of(universe);
    const excuses = new Excuses(universe);
    return {
      afterCall: (call) => {
        if (call.ledger.length === 0) return undefined;
        for (const { account, name: channel, image, before, after, isMirror } of confirmations(call)) {
          const from = before?.current;
          const to = after!.current!;
          if (from === undefined) continue;
          const about = { account, from, to, cause: before?.moving?.cause };
          const code = before?.moving?.cause.code;
          if (to.sequence <= from.sequence) {
            return broken(name, `${channel} went from sequence ${from.sequence} to ${to.sequence}`, about);
          }
          // Whether a person has rolled it back is another question: steered.ts. What was revoked gives way to an older one;
          // whether it was is for another invariant to say.
          const isGoingBack = code === 'adopted' || code === 'rolled-back' || code === 'revoked';
          if (isMirror || isGoingBack || from.adopted !== undefined) continue;
          if (to.notBefore < from.notBefore) {
            return broken(name, `${channel} went back from ${from.notBefore} to ${to.notBefore}`, about);
          }
          if (to.bakeId >= from.bakeId) continue;
          if (code !== 'reused') {
            return broken(name, `${channel} went back from ${from.bakeId} to ${to.bakeId}`, about);
          }
          const commit = desired.inForce(account)?.commitId ?? '';
          const then = desired.content(account, from.image, from.commitId);
          const now = desired.content(account, to.image, to.commitId);
          // Content or base have to be others than those it comes from, else there was nothing to go back for.
          const moved = then === undefined || then !== now || from.baseAmiId !== to.baseAmiId;
          if (moved || excuses.restored(account, 0)) continue;
          return broken(name, `${channel} went back from ${from.bakeId} to ${to.bakeId} of the same state`, {
            ...about,
            image,
            commit,
          });
        }
        return undefined;
      },
    };
  },
};

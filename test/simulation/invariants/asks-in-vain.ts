import type { Invariant } from '../contract';
import { broken } from './violation';

const name = 'asks-in-vain';

/** As often as the SDK tries by itself, over HTTP. */
const most = 4;

/** What fails is asked for again by a later invocation, with a fresh look at the world; not in a circle by this one. */
export const asksInVain: Invariant = {
  name,
  says: `one invocation asks AWS no more than ${most} times for the same thing that fails`,
  watch: () => {
    let event: number | undefined;
    const failed = new Map<string, number>();
    return {
      afterCall: (call) => {
        if (call.event === undefined || call.outcome === 'ok') return undefined;
        if (call.event !== event) failed.clear();
        event = call.event;
        const asked = `${call.operation} ${JSON.stringify(call.input)}`;
        const times = (failed.get(asked) ?? 0) + 1;
        failed.set(asked, times);
        if (times <= most) return undefined;
        return broken(
          name,
          `${call.site.caller} asks ${times} times for ${call.operation}: ${call.outcome}`,
          {
            account: call.site.account,
            input: call.input,
          },
        );
      },
    };
  },
};

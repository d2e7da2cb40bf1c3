import type { Call } from '../../src/local/aws/faults';
import type { MemoryBakery } from './memory-bakery';

/** The Lambda ends: this call and every later one of the same invocation fail, whatever is caught on the way. */
class Killed extends Error {
  override readonly name = 'Killed';
}

export type When = 'before' | 'after';

/**
 * From now on the function is killed at its n-th call, before the call has its effect or right after. Its message becomes
 * visible again, and the next invocation is alive. Answers what tells how many calls it made.
 */
export function killAt(
  bakery: MemoryBakery,
  {
    nth,
    when,
    account,
    caller = 'lambda:reconcile',
  }: { nth: number; when: When; account: string; caller?: string },
): () => number {
  const isItsCall = ({ at }: Call) => at.account === account && at.caller === caller;
  let calls = 0;
  let dead = false;
  bakery.aws.faults.add({
    label: 'dead',
    when: (call) => isItsCall(call) && dead,
    before: () => new Killed('the Lambda is gone'),
  });
  bakery.aws.faults.add({
    label: 'killed',
    when: (call) => isItsCall(call) && (calls += 1) === nth,
    times: 1,
    [when]: () => {
      dead = true;
      bakery.aws.scheduler.after(5_000, 'a new Lambda', () => {
        dead = false;
      });
      return new Killed('the Lambda is gone');
    },
  });
  return () => calls;
}

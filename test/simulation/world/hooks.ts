import type { Parts } from '../../../src/local/bakery/account-functions';
import type { WeaknessHooks } from '../contract';
import { fastRetirement } from './fast-retirement';

export type CallHook = Parameters<WeaknessHooks['calls']>[0];
type HandlerHook = { name: string; wrap: Parameters<WeaknessHooks['handler']>[1] };

/** What a weakness has put in; empty in an honest run. */
export class Hooks implements WeaknessHooks {
  readonly callHooks: CallHook[] = [];
  readonly handlers: HandlerHook[] = [];
  readonly wrap: Required<NonNullable<Parts['wrap']>> = {
    trigger: (runtime) => runtime,
    recording: (runtime) => runtime,
    janitor: (runtime) => runtime,
    retire: fastRetirement,
    reconcile: (runtime) => runtime,
  };

  reconcile(wrap: Parameters<WeaknessHooks['reconcile']>[0]): void {
    const inner = this.wrap.reconcile;
    this.wrap.reconcile = (runtime) => wrap(inner(runtime));
  }
  janitor(wrap: Parameters<WeaknessHooks['janitor']>[0]): void {
    const inner = this.wrap.janitor;
    this.wrap.janitor = (runtime) => wrap(inner(runtime));
  }
  retire(wrap: Parameters<WeaknessHooks['retire']>[0]): void {
    const inner = this.wrap.retire;
    this.wrap.retire = (runtime) => wrap(inner(runtime));
  }
  recording(wrap: Parameters<WeaknessHooks['recording']>[0]): void {
    const inner = this.wrap.recording;
    this.wrap.recording = (runtime, name) => wrap(inner(runtime, name), name);
  }
  trigger(wrap: Parameters<WeaknessHooks['trigger']>[0]): void {
    const inner = this.wrap.trigger;
    this.wrap.trigger = (runtime, name) => wrap(inner(runtime, name), name);
  }
  handler(...[name, wrap]: Parameters<WeaknessHooks['handler']>): void {
    this.handlers.push({ name, wrap });
  }
  calls(wrap: CallHook): void {
    this.callHooks.unshift(wrap);
  }
}

/**
 * The embedded AWS as its parts see it. A fake service is a class whose methods are named like the SDK's operations and
 * typed by the SDK's inputs and outputs; it keeps its state per account and region, fails the ways the service fails
 * (throwing the SDK's own exception classes), pages with small pages, and takes time and chance from the world.
 */
import type { Clock } from './clock';
import type { Chance } from './chance';
import type { Scheduler } from './scheduler';

export interface World {
  clock: Clock;
  chance: Chance;
  scheduler: Scheduler;
  events: EventSink;
}

/** Who calls, from where. The middleware knows it from the client it is attached to; HTTP fronts from the credentials. */
export interface CallSite {
  account: string;
  region: string;
  /** `lambda:reconcile`, `build:b-01…`, `packer`, `person:alice`. */
  caller: string;
  /** Only for calls that came over HTTP. */
  userAgent?: string;
}

export type Operation = (input: never, at: CallSite) => unknown;

/** EventBridge's default bus of an account: services put their own events on it. */
export interface EventSink {
  put(
    account: string,
    region: string,
    event: { source: string; 'detail-type': string; detail: unknown; resources?: string[] },
  ): void;
}

/**
 * How the command line speaks to a local bakery that runs in another process: a state file says where, and requests go
 * to a server on the loopback address. Both sides take their types from here.
 */

/** From the folder in which the local bakery was started. */
export const stateFile = '.bakery/local.json';

/** The state file: written when the local bakery is ready, readable by its owner only, removed when it ends. */
export interface LocalState {
  format: 'ami-bakery/local/1';
  /** Process of the local bakery. */
  pid: number;
  /** `http://127.0.0.1:PORT`. */
  url: string;
  /** Sent as `authorization: Bearer TOKEN`: other users of the machine cannot read it, and pages in a browser neither. */
  token: string;
  accounts: { id: string; title: string }[];
}

/** `POST /invoke`: calls a function of an account as Lambda's Invoke does. */
export interface InvokeRequest {
  account: string;
  function: string;
  event: unknown;
}

/** Answered with status 200, also where the function threw. Anything else is a status of 4xx with `{ "message": … }`. */
export type InvokeAnswer =
  { ok: true; answer: unknown } | { ok: false; errorType: string; errorMessage: string };

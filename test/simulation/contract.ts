/**
 * What the parts of the simulation know of each other: the universe that a seed makes, what invariants are shown of it,
 * and the hooks through which a weakness is put in. Nothing here runs.
 */
import type { LedgerState } from '../../src/lib/ledger/read-state';
import type { EndedBake } from '../../src/lib/ledger/history';
import type { ImageKey } from '../../src/lib/definitions/catalog';
import type { Report } from '../../src/lib/reconcile/report';
import type { Settings } from '../../src/lib/settings/settings';
import type { CallRecord } from '../../src/local/aws/call-log';
import type { LocalAws } from '../../src/local/aws/create-world';
import type { StoredImage } from '../../src/local/aws/ec2/state';
import type { CallSite } from '../../src/local/aws/world';
import type { Handler } from '../../src/local/aws/functions';
import type { FunctionName } from '../../src/local/bakery/account-functions';
import type { LocalCodeBuild } from '../../src/local/builds/codebuild';
import type { Files, MemoryCodeCommit } from '../../src/local/git/memory-codecommit';
import type { JanitorRuntime } from '../../src/handlers/janitor';
import type { RetireRuntime } from '../../src/handlers/retire';
import type { ReconcileRuntime } from '../../src/handlers/reconcile';
import type { RecordingRuntime, TriggerRuntime } from '../../src/handlers/runtime';

/** One seed's world: several accounts, what was done to them, and a look behind the API at what is really so. */
export interface Universe {
  readonly seed: number;
  readonly region: string;
  readonly accounts: readonly SimAccount[];
  readonly aws: LocalAws;
  readonly codecommit: MemoryCodeCommit;
  readonly codebuild: LocalCodeBuild;
  /** World time; functions may see another one while `lying-clock` strikes. */
  nowMs(): number;
  /** What people and vendors did, oldest first. */
  readonly people: People;
  /** Every fault that struck, oldest first. */
  readonly faults: readonly InjectedFault[];
  /** Every call so far, also those of builds and of people, oldest first. */
  readonly calls: readonly SimCall[];
  /** Every handler invocation that has ended or was killed, in the order of their ends. */
  readonly events: readonly SimEvent[];
  /** Exact, current, free of charge: changes nothing, draws no chance, is in no log. */
  readonly look: Look;
  /** For so long EC2 does not show an AMI to an account that it was shared with. */
  readonly shareDelayMs: number;
}

export interface SimAccount {
  /** 12 digits. */
  id: string;
  role: 'bakery' | 'consumer';
  settings: Settings;
  /** Ids of accounts whose announcements it follows. May be a cycle. */
  follows: string[];
}

export interface Look {
  /** The STATE partition decoded. Unchanged items are the same objects from call to call. */
  ledger(account: string): LedgerState;
  /** History of an image, oldest first. */
  bakes(account: string, image: ImageKey): EndedBake[];
  /** Value that was last accepted, read lag and validation aside. */
  parameter(account: string, name: string, region?: string): string | undefined;
  /** As EC2 holds it: `image`, `grants` (account, ARN or `all` → when it becomes visible), `deregistered`. */
  ami(amiId: string, region?: string): StoredImage | undefined;
  /** All AMIs of an account that are not deregistered. */
  amisOf(account: string, region?: string): StoredImage[];
  /** Builds of an account by the BAKE_ID they were started for; those that test as well. */
  builds(
    account: string,
  ): { buildId: string; project: string; bakeId: string; status: string; startedAtMs: number }[];
}

export interface People {
  pushes: Push[];
  commands: SimCommand[];
  tampering: Tampering[];
  /** New public AMIs with the parameter that then names them. */
  vendorAmis: { atMs: number; amiId: string; parameter: string; architecture: string }[];
  /** Changes of settings: `maxConcurrentBuilds`, `ceilings`, `schema` (redeployments) … */
  deployments: { atMs: number; account: string; what: string }[];
  /** AMIs that somebody has used, and until when. */
  uses: { atMs: number; account: string; what: string; amiId: string; untilMs: number }[];
}

export interface Push {
  atMs: number;
  account: string;
  commitId: string;
  what:
    | 'change'
    | 'revert'
    | 'force-push'
    | 'break'
    | 'repair'
    | 'rename'
    | 'remove'
    | 'add'
    | 'policy'
    | 'first';
  files: Files;
  /** Whether bakery.yml is meant to be valid. */
  valid: boolean;
}

export interface SimCommand {
  atMs: number;
  account: string;
  /** The event that `command` was invoked with. */
  event: Record<string, unknown> & { command: string };
  /** Of a decision on what waits for approval: the alias of `approve` that was invoked; empty: none. */
  group?: string;
}

export interface Tampering {
  atMs: number;
  account: string;
  kind:
    | 'parameter'
    | 'parameter-deleted'
    /** Somebody made a parameter of that name before the bakery did. */
    | 'parameter-taken'
    | 'ami-deregistered'
    | 'ami-unshared'
    | 'build-stopped';
  /** Parameter name, AMI id or build id. */
  target: string;
  value?: string;
}

/** Names for `--faults`; each is counted in the histogram. */
export const faultKinds = [
  'event-lost',
  'event-doubled',
  'event-late',
  'event-reordered',
  'queue-twice',
  'queue-at-once',
  'call-throttled',
  'call-fails-before',
  'call-fails-after',
  'call-slow',
  'write-late',
  'read-stale',
  'killed',
  'parameter-never-takes',
  'parameter-history-full',
  'build-fails',
  'build-stuck',
  'build-stopped',
  'build-fault',
  'build-told-twice',
  'build-twice',
  'test-fails',
  'test-comes-to-nothing',
  'test-stuck',
  'lying-clock',
  'table-restored',
  'announcement-forged',
  'announcement-old',
  'announcement-future',
  'announcement-oversized',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface InjectedFault {
  kind: FaultKind;
  atMs: number;
  /** Until when its consequences may show at the latest, as far as the fault itself goes. */
  untilMs: number;
  account?: string;
  /** What it struck: `SSM.PutParameter /bakery/…`, `push`, a build id, an event's function … */
  target: string;
  /** Index of the invocation it struck, where it struck one. */
  event?: number;
}

/** A call with what only the simulation can see of it. */
export interface SimCall {
  index: number;
  record: CallRecord;
  site: CallSite;
  service: string;
  operation: string;
  input: unknown;
  /** What the caller was to get; undefined where it failed. */
  output: unknown;
  /** `ok` or the name of the error that the caller got; `killed` where it got nothing. */
  outcome: string;
  /** Whether the service did what was asked, whatever the caller was told. */
  tookEffect: boolean;
  atMs: number;
  /** Invocation it belongs to; undefined for builds, people and the world. */
  event: number | undefined;
  /** Ledger items that it changed, in the order of the writes. */
  ledger: LedgerChange[];
}

export interface LedgerChange {
  account: string;
  pk: string;
  sk: string;
  /** Items as the edges see them (`{ pk, sk, schema, version, data }`), decoded once; undefined: absent. */
  before: Record<string, unknown> | undefined;
  after: Record<string, unknown> | undefined;
}

/** One handler invocation. */
export interface SimEvent {
  index: number;
  startedAtMs: number;
  endedAtMs: number;
  account: string;
  function: FunctionName;
  payload: unknown;
  /** `ok`, the name of the error it threw, or `killed`. */
  outcome: string;
  error?: unknown;
  answer?: unknown;
  calls: SimCall[];
  /** By how much the function's clock was wrong. */
  clockSkewMs: number;
}

/** The world after faults, inputs and schedules have stopped and builds have ended. */
export interface Rest {
  atMs: number;
  /** By account: what an observing reconcile says now. */
  reports: ReadonlyMap<string, Report>;
  /** Set where some image went on waiting although the bounded time was over. */
  overdue: boolean;
}

export interface Violation {
  invariant: string;
  /** One sentence with the wrong values in it. */
  message: string;
  /** Plain JSON: whatever helps to understand it. */
  facts: Record<string, unknown>;
}

export interface Invariant {
  name: string;
  /** What it promises, in one sentence. */
  says: string;
  /** Called once a seed, on the finished universe before anything happens. Keeps its own state. */
  watch(universe: Universe): Watch;
}

/** Answers what is wrong; nothing or an empty list where all is well. Must be quick: thousands of calls a second. */
export interface Watch {
  afterCall?(call: SimCall): Violation[] | undefined | void;
  afterEvent?(event: SimEvent): Violation[] | undefined | void;
  atRest?(rest: Rest): Violation[] | undefined | void;
}

/** A deliberate mistake, which the invariants have to find. */
export interface Weakness {
  name: string;
  /** What is done wrong, in one sentence. */
  says: string;
  /** Names of the invariants of which at least one has to find it; empty: any. */
  foundBy: string[];
  /** Seeds within which it has to be found. */
  withinSeeds: number;
  /** The only faults that strike while it is searched for; without them, all do. */
  faults?: FaultKind[];
  /** Wraps edges, dependencies, handlers or calls. */
  weaken?(hooks: WeaknessHooks): void;
  /** Replaces functions inside modules: by path from the root of the repo, the module's source before and after. */
  edit?: Record<string, (source: string) => string>;
}

/** Each may be used any number of times; the last one added is the outermost. */
export interface WeaknessHooks {
  /** Everything that reconcile works with: table, builds, amis, parameters, topic, repo, chance, ids. */
  reconcile(wrap: (runtime: ReconcileRuntime) => ReconcileRuntime): void;
  janitor(wrap: (runtime: JanitorRuntime) => JanitorRuntime): void;
  retire(wrap: (runtime: RetireRuntime) => RetireRuntime): void;
  /** `upstream` and `command`. */
  recording(wrap: (runtime: RecordingRuntime, name: FunctionName) => RecordingRuntime): void;
  /** `push`, `tick`, `build`, `parameter`. */
  trigger(wrap: (runtime: TriggerRuntime, name: FunctionName) => TriggerRuntime): void;
  handler(name: FunctionName, wrap: (handler: Handler, settings: Settings) => Handler): void;
  /** Calls of functions below the SDK; `next` passes on, with the same or another input. */
  calls(
    wrap: (
      call: { service: string; operation: string; input: unknown; at: CallSite },
      next: (input: unknown) => Promise<unknown>,
    ) => Promise<unknown>,
  ): void;
}

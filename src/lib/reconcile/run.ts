import pLimit from 'p-limit';
import { AwsError } from '../aws/errors';
import type { AmiObservation, BuildObservation, TableWrite } from '../aws/edges';
import type { ImageKey } from '../definitions/catalog';
import type { Known } from '../definitions/known';
import { putImage } from '../ledger/writes';
import type { LedgerState } from '../ledger/read-state';
import type { ParameterWrite, Published } from '../lifecycle/channel';
import type { ImageRecord } from '../lifecycle/image-record';
import type { BaseResolution, CatalogInForce } from '../planning/snapshot';
import type { ReconcileDeps } from './deps';
import type { WakeUp } from '../events/wake-up';

/** What one reconcile knows: the ledger as it was read and then written, and what was seen of the world. */
export interface Facts {
  catalog: Known<CatalogInForce>;
  bases: Record<string, BaseResolution>;
  /** By build id. */
  builds: Map<string, Known<BuildObservation | undefined>>;
  /** Newest builds, by project; listed at most once a run. */
  foundBuilds: Map<string, Known<BuildObservation[]>>;
  /** By `region name`; undefined value: there is no such parameter. Absent: not read since it was last written. */
  parameters: Map<string, Known<string | undefined>>;
  reusable: Record<string, Known<Published[]>>;
  /** By AMI id. */
  amis: Map<string, AmiObservation>;
  /** Copies under way that were looked at, by AMI id; `value: undefined`: EC2 does not show it. */
  copies: Map<string, Known<AmiObservation | undefined>>;
  /** Bakes published for the first time in this run. */
  freshBakes: Set<string>;
}

/** Something that could not be done now. */
export interface Trouble {
  image?: ImageKey;
  what: string;
  code: string;
  message: string;
  retryable: boolean;
}

/** Notices that nobody takes must not make an item grow beyond what DynamoDB stores; the newest say most. */
export const outboxKept = 20;

/** SSM and EC2 have conflicts of their own, which say nothing of what this run has read. */
const isLedgerConflict = (error: unknown): error is AwsError =>
  error instanceof AwsError &&
  error.call.startsWith('dynamodb.') &&
  (error.code === 'CONDITION_FAILED' || error.code === 'CONFLICT');

/** AWS calls under way at once: enough to hide latency, few enough for SSM's and EC2's request buckets. */
const concurrency = 12;

/** One reconcile: state, facts, and the only way to change the ledger. */
export class Run {
  readonly troubles: Trouble[] = [];
  /** Grows with everything that may make another round worthwhile. */
  changes = 0;
  /** Parameters whose first write this run has recorded and not sent yet, as `region name`. */
  readonly unsent = new Set<string>();
  /** Writes this run has sent, as `region name`; what became of them is read by a later run. */
  readonly sent = new Map<string, ParameterWrite>();
  /** Copies under way by region, counted when the first one is begun. */
  copiesInto: Map<string, number> | undefined;
  /** Tokens of the copies this run has asked for; one that got no answer is asked for again by a later run. */
  readonly copiesAsked = new Set<string>();
  /** Settled once the bases were asked for: nothing but planning waits for them. */
  bases: Promise<void> = Promise.resolve();
  /** Somebody else wrote what this run had read: nothing more is written on the strength of it. */
  stale = false;
  /** Nothing new is begun with less than this left: what is begun must be written down before Lambda ends the run. */
  reserveMs = 20_000;
  readonly #limit = pLimit(concurrency);

  constructor(
    readonly deps: ReconcileDeps,
    readonly messages: readonly WakeUp[],
    readonly ledger: LedgerState,
    readonly facts: Facts,
  ) {}

  get nowMs(): number {
    return this.deps.nowMs();
  }

  get records(): ImageRecord[] {
    return [...this.ledger.records.values()];
  }

  record(image: ImageKey): ImageRecord | undefined {
    return this.ledger.records.get(image);
  }

  /** Writes an image whole, with whatever must be true at the same time, and goes on with what was written. */
  async save(record: ImageRecord, alongside: TableWrite[] = []): Promise<ImageRecord> {
    const { stored, write } = putImage({ ...record, outbox: record.outbox.slice(-outboxKept) });
    await this.deps.table.write([write, ...alongside]);
    this.ledger.records.set(record.key, stored);
    this.changes += 1;
    return stored;
  }

  /** Runs the tasks side by side. What one of them cannot do is noted and leaves the others alone. */
  async each<T>(
    items: Iterable<T>,
    what: string,
    image: (item: T) => ImageKey | undefined,
    task: (item: T) => Promise<void>,
  ): Promise<void> {
    await Promise.all(
      [...items].map((item) => this.#limit(() => this.attempt(what, image(item), () => task(item)))),
    );
  }

  /** Does it, or notes why it could not be done now. Mistakes of the program are noted as not retryable. */
  async attempt(what: string, image: ImageKey | undefined, task: () => Promise<void>): Promise<void> {
    if (this.stale || this.outOfTime) return;
    try {
      await task();
    } catch (error) {
      this.note(what, image, error);
    }
  }

  get outOfTime(): boolean {
    return this.deps.remainingMs() < this.reserveMs;
  }

  note(what: string, image: ImageKey | undefined, error: unknown): void {
    if (isLedgerConflict(error)) {
      this.stale = true;
      this.deps.log.info('somebody else changed the ledger; reading it again', {
        image,
        what,
        code: error.code,
      });
      return;
    }
    const aws = error instanceof AwsError ? error : undefined;
    const trouble: Trouble = {
      ...(image === undefined ? {} : { image }),
      what,
      code: aws?.code ?? 'UNEXPECTED',
      message: error instanceof Error ? error.message : String(error),
      retryable: aws?.retryable ?? false,
    };
    this.troubles.push(trouble);
    this.deps.log.error('could not be done now', {
      image,
      what,
      code: trouble.code,
      reason: trouble.message,
      error,
    });
  }
}

import { dayMs, minuteMs } from '../../../src/lib/definitions/instant';
import type { Item } from '../../../src/local/aws/dynamodb-item';
import type { Delivery } from '../../../src/local/aws/deliveries';
import { names, region } from '../../../src/local/bakery/deployment';
import type { FaultKind } from '../contract';
import type { Fault, Happening } from '../plan/plan';
import type { SimUniverse } from './sim-universe';

type Planned = Happening & Fault;

/** Puts the faults of a plan in. Those of calls and builds wait at the desk; the others are done here. */
export class FaultInjection {
  readonly #backups = new Map<number, Item[]>();
  readonly #undo: (() => void)[] = [];
  #stopped = false;

  constructor(private readonly universe: SimUniverse) {}

  stop(): void {
    this.#stopped = true;
    this.universe.desk.disarm();
    for (const undo of this.#undo.splice(0)) undo();
  }

  put(fault: Planned): void | Promise<void> {
    const { universe } = this;
    const { id } = universe.account(fault.account);
    switch (fault.kind) {
      case 'event-lost':
        return this.#strikeDeliveries(fault, isEvent, { drop: true });
      case 'event-doubled':
        return this.#strikeDeliveries(fault, isEvent, { duplicate: true, duplicateDelayMs: fault.ms });
      case 'event-late':
      case 'event-reordered':
        return this.#strikeDeliveries(fault, isEvent, { delayMs: fault.ms });
      case 'queue-twice':
        return this.#strikeDeliveries(fault, isMessage, { duplicate: true, duplicateDelayMs: fault.ms });
      case 'queue-at-once':
        // Two that take no time would not meet.
        universe.desk.arm({ ...fault, kind: 'call-slow', times: 2, nth: 1, ms: 2_000 }, id);
        return this.#strikeDeliveries(fault, isMessage, { duplicate: true });
      case 'build-told-twice':
        return this.#strikeDeliveries(fault, ({ to }) => to.includes('build'), {
          duplicate: true,
          duplicateDelayMs: fault.ms,
        });
      case 'lying-clock':
        return this.#lie(fault, id);
      case 'table-restored':
        return this.#restore(fault, id);
      case 'parameter-history-full':
        return this.#fillHistory(fault, id);
      case 'build-twice':
        return this.#startTwice(fault, id);
      case 'announcement-forged':
      case 'announcement-old':
      case 'announcement-future':
      case 'announcement-oversized':
        return this.#announce(fault, id);
      default:
        universe.desk.arm(fault, id);
    }
  }

  backUp(fault: Planned): void {
    const at = { account: this.universe.account(fault.account).id, region };
    this.#backups.set(fault.id, this.universe.aws.dynamodb.backUp(at, names.table));
  }

  #strikeDeliveries(
    { kind, account, times, nth, on }: Planned,
    which: (delivery: Delivery) => boolean,
    how: { drop?: boolean; duplicate?: boolean; delayMs?: number; duplicateDelayMs?: number },
  ): void {
    const { universe } = this;
    const { id } = universe.account(account);
    let chances = 0;
    let left = times;
    const remove = universe.aws.deliveries.addFault({
      label: kind,
      when: (delivery) => {
        if (left === 0 || delivery.account !== id || !which(delivery)) return false;
        if (on !== undefined && !delivery.to.some((to) => to.includes(on))) return false;
        chances += 1;
        if (chances < Math.min(nth, 5)) return false;
        left -= 1;
        universe.desk.record(kind, id, delivery.to.join(), {
          untilMs: universe.nowMs() + 30 * minuteMs + (how.delayMs ?? how.duplicateDelayMs ?? 0),
        });
        return true;
      },
      ...how,
    });
    this.#undo.push(remove);
  }

  #lie({ ms }: Planned, account: string): void {
    const { universe } = this;
    universe.skews.set(account, ms);
    const forMs = 90 * minuteMs;
    const untilMs = universe.nowMs() + forMs + Math.abs(ms);
    universe.desk.record('lying-clock', account, `${Math.round(ms / 1_000)} s`, { untilMs });
    const right = () => universe.skews.delete(account);
    universe.aws.scheduler.after(forMs, 'the clock is set right', () => void right());
    this.#undo.push(right);
  }

  /** While nothing runs: restoring makes another table, which functions are then pointed to. */
  #restore(fault: Planned, account: string): void {
    const { universe } = this;
    const items = this.#backups.get(fault.id);
    if (items === undefined || this.#stopped) return;
    if ((universe.open.get(account) ?? 0) > 0) {
      universe.aws.scheduler.after(5_000, 'the restore waits', () => this.#restore(fault, account));
      return;
    }
    universe.aws.dynamodb.restore({ account, region }, names.table, items);
    universe.look.changed(account);
    universe.desk.record('table-restored', account, `${Math.round(fault.ms / minuteMs)} min back`, {
      untilMs: universe.nowMs() + dayMs,
    });
  }

  /** A hundred versions, the oldest with a label: SSM refuses the next one until the label is moved. */
  #fillHistory({ pick }: Planned, account: string): void {
    const { universe } = this;
    const channels = [...universe.look.ledger(account).records.values()].flatMap((record) =>
      Object.values(record.channels),
    );
    const kept = channels.flatMap(({ parameterNames }) => Object.values(parameterNames ?? {}));
    const name = kept[pick % Math.max(1, kept.length)];
    const stored = name === undefined ? undefined : universe.aws.ssm.stored({ account, region }, name);
    const newest = stored?.newest;
    if (stored === undefined || newest === undefined) return;
    // What SSM has accepted and still validates has its place in the history.
    const written = universe.calls.findLast(
      ({ operation, tookEffect, record }) =>
        operation === 'PutParameter' &&
        tookEffect &&
        record.site.account === account &&
        (record.input as { Name?: string }).Name === name,
    );
    if (written !== undefined && written.atMs > newest.atMs) return;
    while (stored.versions.length < 100) {
      stored.versions.unshift({ ...newest, labels: new Set(), version: 0 });
    }
    stored.versions[0]!.labels.add('kept');
    universe.desk.record('parameter-history-full', account, stored.name);
    this.#undo.push(() => {
      for (const { labels } of stored.versions) labels.delete('kept');
    });
  }

  /** CodeBuild starts two builds for one request: the second under no token. */
  #startTwice({ pick }: Planned, account: string): void | Promise<void> {
    const { universe } = this;
    const running = universe.codebuild
      .builds({ account, region })
      .filter(({ buildStatus }) => buildStatus === 'IN_PROGRESS');
    const build = running[pick % Math.max(1, running.length)];
    if (build === undefined) {
      if (this.#stopped) return;
      universe.aws.scheduler.after(5 * minuteMs, 'no build yet', () =>
        this.#startTwice({ pick } as Planned, account),
      );
      return;
    }
    universe.desk.record('build-twice', account, build.id ?? '');
    return universe
      .as('codebuild', account, 'CodeBuild', 'StartBuild', {
        projectName: build.projectName,
        sourceVersion: build.sourceVersion,
        timeoutInMinutesOverride: build.timeoutInMinutes,
        environmentVariablesOverride: build.environment?.environmentVariables,
      })
      .then(
        () => undefined,
        () => undefined,
      );
  }

  /** Somebody who may publish on the topic, or a mistake there. */
  async #announce({ kind, pick }: Planned, account: string): Promise<void> {
    const { universe } = this;
    const sent = universe.calls.filter(
      ({ service, operation, record, tookEffect }) =>
        service === 'SNS' &&
        operation === 'Publish' &&
        // What nobody was ever told is not old.
        tookEffect &&
        record.site.account === account &&
        record.site.caller === 'lambda:reconcile' &&
        record.inputJson.includes('image-published'),
    );
    const call = sent[pick % Math.max(1, sent.length)];
    if (call === undefined) return;
    const input = call.record.input as { TopicArn: string; Message?: string };
    if (input.Message === undefined) return;
    const told = JSON.parse(input.Message) as Record<string, unknown> & { ancestry: unknown[] };
    const message = this.#altered(kind, pick, told);
    universe.desk.record(kind, account, `${String(told['image'])} sequence ${String(told['sequence'])}`);
    await universe.as('person', account, 'SNS', 'Publish', { ...input, Message: message });
  }

  #altered(kind: FaultKind, pick: number, told: Record<string, unknown> & { ancestry: unknown[] }): string {
    const nowMs = this.universe.nowMs();
    const next = {
      ...told,
      sequence: nowMs + 1_000,
      bake: 'b-forged',
      amis: { [region]: 'ami-0feed0feed0feed00' },
    };
    switch (kind) {
      case 'announcement-old':
        return JSON.stringify(told);
      case 'announcement-future':
        return JSON.stringify({ ...next, sequence: nowMs + 2 * dayMs });
      case 'announcement-oversized':
        return JSON.stringify({ ...next, ancestry: Array(300).fill({ amiId: 'ami-0feed0feed0feed00' }) });
      default:
        return [
          JSON.stringify({ ...next, account: '999999999999' }),
          JSON.stringify({ ...next, bakery: 'another' }),
          JSON.stringify({ ...next, bake: undefined }),
          JSON.stringify(next).slice(0, 100),
        ][pick % 4]!;
    }
  }
}

const isEvent = ({ kind }: Delivery): boolean => kind !== 'sqs';
const isMessage = ({ kind }: Delivery): boolean => kind === 'sqs';

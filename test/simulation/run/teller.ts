import type { InjectedFault, SimEvent } from '../contract';
import type { Happening } from '../plan/plan';
import type { RecordedCall } from '../world/call';
import type { SimUniverse, Watcher } from '../world/sim-universe';

/** Operations that only look. */
const looks = /^(Get|List|Describe|BatchGet|Query)/;

/** Tells a run in lines that a person can read; everything, or only what changed something. */
export class Teller implements Watcher {
  constructor(
    private readonly universe: SimUniverse,
    private readonly print: (line: string) => void,
    private readonly verbose: boolean,
  ) {
    universe.desk.onStrike = (fault) => this.#fault(fault);
  }

  happening({ id, atMs: _at, ...what }: Happening): void {
    if (what.do === 'fault') return;
    this.#line(`#${id} ${JSON.stringify(what)}`);
  }

  call({ record, outcome, event }: RecordedCall): void {
    const { service, operation, site, input } = record;
    if (looks.test(operation) && (outcome === 'ok' || !this.verbose)) return;
    if (!this.verbose && (site.caller === 'packer' || service === 'SQS')) return;
    const result = outcome === 'ok' ? '' : ` → ${outcome}`;
    this.#line(
      `    ${site.account.slice(0, 1)} ${event ?? '-'} ${site.caller} ${service}.${operation} ${about(input)}${result}`,
    );
  }

  event({
    index,
    account,
    function: name,
    payload,
    outcome,
    startedAtMs,
    calls,
    clockSkewMs,
  }: SimEvent): void {
    const changed = calls.some(({ operation, service }) => !looks.test(operation) && service !== 'SQS');
    if (!this.verbose && !changed && outcome === 'ok') return;
    const took = this.universe.nowMs() - startedAtMs;
    const skew = clockSkewMs === 0 ? '' : `, its clock ${Math.round(clockSkewMs / 1000)} s off`;
    this.#line(
      `  ${account.slice(0, 1)} ${index} ${name} ${wokenBy(payload)}: ${outcome}, ${calls.length} calls${took > 0 ? `, ${took} ms` : ''}${skew}`,
    );
  }

  log({ account, function: name, text }: { account: string; function: string; text: string }): void {
    const line = JSON.parse(text) as { level?: string; message?: string } & Record<string, unknown>;
    const { level, message = '', time: _time, bakery: _bakery, error: _error, ...fields } = line;
    if (level === undefined || (level === 'info' && !this.verbose)) return;
    this.#line(`    ${account.slice(0, 1)} ${name} ${level}: ${message} ${cut(JSON.stringify(fields), 300)}`);
  }

  #fault({ kind, account, target }: InjectedFault): void {
    this.#line(`  ⚡ ${account?.slice(0, 1) ?? ''} ${kind}: ${target}`);
  }

  #line(text: string): void {
    this.print(`${new Date(this.universe.nowMs()).toISOString().slice(5, 23)} ${text}`);
  }
}

const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length)}…`;

/** What woke a function, in a few words. */
function wokenBy(payload: unknown): string {
  const { Records, kind, detail, command } = payload as Record<string, unknown>;
  if (Array.isArray(Records)) {
    return (Records as { body?: string; Sns?: { Message: string } }[])
      .map(({ body, Sns }) => cut(body ?? Sns?.Message ?? '', 100))
      .join(' ');
  }
  return cut(JSON.stringify(detail ?? command ?? kind ?? payload), 120);
}

/** The part of an input by which a person knows what a call was about. */
function about(input: unknown): string {
  const it = input as Record<string, unknown>;
  const items = (it['TransactItems'] ?? [it]) as Record<string, Record<string, unknown>>[];
  const keys = items.flatMap((entry) => {
    const put = entry['Put'] ?? entry['Delete'] ?? entry;
    const place = (put['Item'] ?? put['Key']) as { sk?: { S?: string }; pk?: { S?: string } } | undefined;
    return place?.sk?.S === undefined ? [] : [`${place.pk?.S}/${place.sk.S}`];
  });
  if (keys.length > 0) return keys.join(' + ');
  return cut(JSON.stringify(it['Name'] === undefined ? it : { Name: it['Name'], Value: it['Value'] }), 200);
}

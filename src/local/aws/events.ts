import type { Deliveries } from './deliveries';
import type { LocalFunctions } from './functions';
import { matchesPattern } from './pattern';
import type { Pattern } from './pattern';
import { PerSite } from './per-site';
import type { EventSink, World } from './world';

/** A rule on an account's default bus. */
export interface EventRule {
  name: string;
  /** On the whole envelope: `source`, `detail-type`, `detail`, … */
  pattern: Pattern;
  /** Names of functions of the same account and region. */
  targets: string[];
}

/** What EventBridge sends to a target. */
export interface EventEnvelope {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  time: string;
  region: string;
  resources: string[];
  detail: unknown;
}

export interface EventBusOptions {
  /** From the change to the target. */
  deliveryMs?: number;
  /** Up to this much more, by chance: events overtake each other. */
  jitterMs?: number;
}

/** EventBridge's default bus of every account and region. */
export class LocalEventBus implements EventSink {
  readonly #rules = new PerSite<EventRule[]>(() => []);

  constructor(
    private readonly world: Pick<World, 'clock' | 'chance'>,
    private readonly parts: { deliveries: Deliveries; functions: LocalFunctions },
    private readonly options: EventBusOptions = {},
  ) {}

  /** Replaces a rule of the same name. */
  putRule(at: { account: string; region: string }, rule: EventRule): void {
    const rules = this.#rules.at(at);
    const index = rules.findIndex(({ name }) => name === rule.name);
    rules.splice(index < 0 ? rules.length : index, index < 0 ? 0 : 1, rule);
  }

  put(
    account: string,
    region: string,
    event: { source: string; 'detail-type': string; detail: unknown; resources?: string[] },
  ): void {
    const envelope: EventEnvelope = {
      version: '0',
      id: this.world.chance.uuid(),
      'detail-type': event['detail-type'],
      source: event.source,
      account,
      time: new Date(this.world.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
      region,
      resources: event.resources ?? [],
      detail: JSON.parse(JSON.stringify(event.detail)) as unknown,
    };
    const rules = this.#rules
      .at({ account, region })
      .filter(({ pattern }) => matchesPattern(pattern, envelope));
    const to = rules.flatMap(({ targets }) => targets);
    const jitterMs = this.options.jitterMs ? this.world.chance.below(this.options.jitterMs + 1) : 0;
    this.parts.deliveries.send(
      { kind: 'eventbridge', account, region, to, event: envelope },
      (this.options.deliveryMs ?? 20) + jitterMs,
      () => {
        for (const name of to) this.parts.functions.invokeAsync({ account, region }, name, envelope);
      },
    );
  }
}

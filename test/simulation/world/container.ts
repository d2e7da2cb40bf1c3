import type { Handler } from '../../../src/local/aws/functions';
import type { Answered } from '../../../src/local/aws/registry';
import type { LocalAws } from '../../../src/local/aws/create-world';
import type { FunctionName } from '../../../src/local/bakery/account-functions';
import type { Settings } from '../../../src/lib/settings/settings';
import type { LocalCodeBuild } from '../../../src/local/builds/codebuild';
import type { CallHook } from './hooks';
import { SimSite } from './call';
import type { ClientSet } from './client-pool';
import type { Desk } from './desk';
import type { OpenEvent } from './open-event';
import { freshenAway } from './stale';

/** A call of a killed function gets no answer, ever. Each waits for a promise of its own: one for all would keep every world. */
const never = (): Promise<never> => new Promise<never>(() => undefined);

export interface ContainerParts {
  aws: LocalAws;
  codebuild: () => LocalCodeBuild;
  desk: Desk;
  callHooks: readonly CallHook[];
}

/** One Lambda container: takes one invocation at a time, and is gone when it is killed. */
export class Container {
  event: OpenEvent | undefined;
  dead = false;
  /** Of the deployment it was started with. */
  settings: Settings | undefined;
  handler!: Handler;

  constructor(
    private readonly parts: ContainerParts,
    readonly account: string,
    readonly name: FunctionName,
    readonly set: ClientSet,
  ) {
    set.answerer = (service, operation, input, region) => this.#call(service, operation, input, region);
  }

  /** The clock of this container. */
  now(): number {
    return this.parts.aws.clock.now() + (this.event?.clockSkewMs ?? 0);
  }

  async #call(service: string, operation: string, input: unknown, region: string): Promise<Answered> {
    const { desk, aws } = this.parts;
    const { event } = this;
    if (this.dead || event === undefined) return never();
    const slowMs = desk.latency(event);
    if (slowMs > 0) await aws.scheduler.sleep(slowMs, 'a call is slow');
    if (this.dead) return never();
    const fate = desk.fateOf({ service, operation, input, event });
    const site = new SimSite(this.account, region, `lambda:${this.name}`, event.index, fate);
    const send = (sent: unknown) => aws.services.call(service, operation, sent, site);
    const hooked = this.parts.callHooks.reduceRight<(sent: unknown) => Promise<unknown>>(
      (next, hook) => (sent) => hook({ service, operation, input: sent, at: site }, next),
      send,
    );
    try {
      const answer = (await hooked(input)) as Answered;
      if (slowMs > 0) await aws.scheduler.sleep(slowMs, 'an answer is slow');
      if (this.dead) return await never();
      return desk.isStale({ service, operation, event })
        ? freshenAway(this.parts, operation, answer, site)
        : answer;
    } catch (error) {
      if (fate?.kind === 'killed-before' || fate?.kind === 'killed-after') {
        this.dead = true;
        event.kill();
      }
      if (this.dead) return await never();
      throw error;
    }
  }
}

import type { ImageKey } from '../../../src/lib/definitions/catalog';
import type { ImageRecord } from '../../../src/lib/lifecycle/image-record';
import type { Invariant, Universe, Violation } from '../contract';
import { claims, type Claim } from './changes';
import { DesiredModel } from './desired-model';
import { Excuses } from './excuses';
import { broken } from './violation';
import { Truth } from './world-truth';

const minuteMs = 60_000;
const name = 'settled-ancestors';

class Judge {
  readonly #desired: DesiredModel;
  readonly #truth: Truth;
  readonly #excuses: Excuses;

  constructor(private readonly universe: Universe) {
    this.#desired = DesiredModel.of(universe);
    this.#truth = new Truth(universe);
    this.#excuses = new Excuses(universe);
  }

  judge({ account, image, before }: Claim): Violation[] | undefined {
    const settings = this.universe.accounts.find(({ id }) => id === account)!.settings;
    const nowMs = this.universe.nowMs();
    const waitedMs = before?.dueSinceMs === undefined ? 0 : nowMs - before.dueSinceMs;
    const clockLies = this.#excuses.struck(account, ['lying-clock'], nowMs - 12 * 60 * minuteMs);
    if (waitedMs >= settings.maxWaitHours * 60 * minuteMs || (clockLies && waitedMs > 60 * minuteMs))
      return undefined;
    for (const ancestor of this.#awaited(account, image)) {
      const why = this.#unsettled(account, ancestor, clockLies);
      if (why !== undefined) {
        return broken(name, `${image} is claimed while ${ancestor} is not settled: ${why}`, {
          account,
          waitedMs,
        });
      }
    }
    return undefined;
  }

  /** Its ancestors, up to one that is followed by a channel to which bakes come later: by a soak, or by a person's word. */
  #awaited(account: string, image: ImageKey): ImageKey[] {
    const found: ImageKey[] = [];
    let definition = this.#desired.definition(account, image);
    while (definition?.base.kind === 'image' && !found.includes(definition.base.image)) {
      const { image: above, channel } = definition.base;
      const parent = this.#desired.definition(account, above);
      if (parent !== undefined && parent.channels[0] !== channel && parent.promote?.soakMs !== 0) {
        // What is on its way to that channel is waited for all the same.
        const moves = this.universe.look.ledger(account).records.get(above)?.channels[channel]?.moving;
        return moves === undefined ? found : [...found, above];
      }
      found.push(above);
      definition = parent;
    }
    return found;
  }

  #unsettled(account: string, ancestor: ImageKey, clockLies: boolean): string | undefined {
    const record = this.universe.look.ledger(account).records.get(ancestor);
    const { live, trouble } = record ?? {};
    if (this.#desired.standsReady(account, ancestor, this.universe.nowMs()) !== undefined) return undefined;
    if (live !== undefined && live.status !== 'approval') {
      const again = trouble?.desired === `${live.inputHash}@${live.notBefore}`;
      return again ? undefined : `its bake ${live.id} is ${live.status}`;
    }
    const moving = Object.values(record?.channels ?? {}).find(
      (channel) => channel.moving !== undefined,
    )?.moving;
    if (moving !== undefined) return `it is being published (${moving.to.bakeId})`;
    if (clockLies || trouble !== undefined || this.#isBlocked(account, ancestor)) return undefined;
    const due = this.#desired.dueBecause(account, ancestor, this.universe.nowMs());
    // More than six bakes in a day that nobody asked for: another base alone does not bring the next.
    return due?.startsWith('its base is') === true && this.#isRunaway(record) ? undefined : due;
  }

  #isRunaway(record: ImageRecord | undefined): boolean {
    const sinceMs = this.universe.nowMs() - 24 * 60 * minuteMs;
    const automatic = (record?.claims ?? []).filter(
      ({ atMs, cause }) => atMs > sinceMs && (cause === 'base-moved' || cause === 'retry'),
    );
    return automatic.length > 6;
  }

  /** It cannot be baked now, for a reason that is so in the world: then it holds nobody back. */
  #isBlocked(account: string, image: ImageKey): boolean {
    const { look, region } = this.universe;
    const record = look.ledger(account).records.get(image);
    const definition = this.#desired.definition(account, image);
    if (definition === undefined || record?.blocked !== undefined) return true;
    // Another one of what was revoked would be no better.
    if (record?.revoked !== undefined) return true;
    const channel = record?.channels[definition.channels[0]!];
    if (channel?.blocked !== undefined) return true;
    const { share, base, test, approval } = definition;
    const settings = this.universe.accounts.find(({ id }) => id === account)!.settings;
    if (test !== undefined && settings.testProject === undefined) return true;
    if (approval !== undefined && !settings.approvers.includes(approval.by)) return true;
    if (share.accounts.some((id) => !settings.ceilings.shareWith.accounts.includes(id))) return true;
    if (share.organizations.some((id) => !settings.ceilings.shareWith.organizations.includes(id)))
      return true;
    if (base.kind === 'image') {
      const parent = look.ledger(account).records.get(base.image)?.channels[base.channel]?.current;
      const own = `${account}/${settings.bakery}/${image}`;
      if (parent?.ancestry.some((it) => it.image === own) === true) return true;
      return parent?.amis[region] === undefined;
    }
    if (base.kind === 'ssm') {
      const amiId = look.parameter(account, base.path);
      return amiId === undefined || this.#isHidden(account, amiId);
    }
    if (base.kind === 'ami') return this.#isHidden(account, base.amiId);
    if (base.kind === 'upstream') {
      const upstream = look.ledger(account).upstreams.get(`${base.bakery}/${base.image}@${base.channel}`);
      const amiId = upstream?.amis[region];
      const own = `${account}/${settings.bakery}/${image}`;
      if (upstream?.ancestry.some((it) => it.image === own) === true) return true;
      return amiId === undefined || this.#isHidden(account, amiId);
    }
    return true;
  }

  /** It cannot be used, or EC2 may not show it yet, because it has just been made. */
  #isHidden(account: string, amiId: string): boolean {
    const { look, region } = this.universe;
    const madeAtMs = look.ami(amiId, region)?.madeAtMs ?? 0;
    return (
      madeAtMs > this.universe.nowMs() - minuteMs || this.#truth.whyNotUsable(account, amiId) !== undefined
    );
  }
}

export const settledAncestors: Invariant = {
  name,
  says: 'no image is claimed before its ancestors have settled, however far above it they are',
  watch: (universe) => {
    const judge = new Judge(universe);
    return {
      afterCall: (call) => {
        for (const claim of claims(call)) {
          const violation = judge.judge(claim);
          if (violation !== undefined) return violation;
        }
        return undefined;
      },
    };
  },
};

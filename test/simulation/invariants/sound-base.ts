import type { ImageDefinition } from '../../../src/lib/definitions/catalog';
import type { Invariant, Universe, Violation } from '../contract';
import { claims, type Claim } from './changes';
import { DesiredModel } from './desired-model';
import { Excuses } from './excuses';
import { broken } from './violation';
import { Truth } from './world-truth';

const minuteMs = 60_000;
const name = 'sound-base';

class Judge {
  readonly #truth: Truth;
  readonly #excuses: Excuses;
  readonly #desired: DesiredModel;

  constructor(private readonly universe: Universe) {
    this.#truth = new Truth(universe);
    this.#excuses = new Excuses(universe);
    this.#desired = DesiredModel.of(universe);
  }

  judge(claim: Claim, eventSinceMs: number): Violation[] | undefined {
    const { account, image, bake } = claim;
    const definition = this.#desired.definition(account, image);
    if (definition === undefined)
      return broken(name, `${image} is claimed and is in no catalog`, { account });
    const why =
      this.#notWhatTheBaseSays(account, definition, claim, eventSinceMs) ??
      (bake.baseAmiId === undefined
        ? undefined
        : this.#notUsable(account, definition, bake.baseAmiId, eventSinceMs));
    return why === undefined
      ? undefined
      : broken(name, `${image} is claimed on ${bake.baseAmiId}: ${why}`, {
          account,
          base: definition.base,
          bake,
        });
  }

  #notWhatTheBaseSays(
    account: string,
    { base }: ImageDefinition,
    { bake: { baseAmiId } }: Claim,
    sinceMs: number,
  ): string | undefined {
    const { look, region } = this.universe;
    const ledger = look.ledger(account);
    switch (base.kind) {
      case 'template':
        return baseAmiId === undefined ? undefined : 'the template chooses its base itself';
      case 'image': {
        const current = ledger.records.get(base.image)?.channels[base.channel]?.current;
        const published = current?.amis[region];
        if (published !== baseAmiId) return `${base.image}@${base.channel} points to ${published}`;
        return undefined;
      }
      case 'upstream': {
        const record = ledger.upstreams.get(`${base.bakery}/${base.image}@${base.channel}`);
        if (record?.amis[region] !== baseAmiId) return `${base.bakery} announced ${record?.amis[region]}`;
        if (record?.revoked.includes(record.bakeId) === true) return `${record.bakeId} is revoked`;
        const owner = this.universe.aws.ec2 === undefined ? '' : (look.ami(baseAmiId!)?.image.OwnerId ?? '');
        const settings = this.universe.accounts.find(({ id }) => id === account)?.settings;
        const followed = settings?.upstreams.find(({ bakery }) => bakery === base.bakery);
        if (followed === undefined) return `${base.bakery} is not followed`;
        return owner === followed.account ? undefined : `it belongs to ${owner}, not to ${followed.account}`;
      }
      case 'ami':
        return baseAmiId === base.amiId ? undefined : `bakery.yml says ${base.amiId}`;
      case 'ssm': {
        if (this.#truth.held(account, base.path, baseAmiId ?? '', sinceMs)) return undefined;
        if (this.#excuses.struck(account, ['read-stale'], sinceMs - 5 * minuteMs)) return undefined;
        return `${base.path} says ${look.parameter(account, base.path)}`;
      }
      case 'ami-filter':
        return undefined;
    }
  }

  /** In EC2 as it is: exists, available, shown to this account, of the right architecture. */
  #notUsable(
    account: string,
    { base, architecture }: ImageDefinition,
    amiId: string,
    sinceMs: number,
  ): string | undefined {
    const { look } = this.universe;
    const why = this.#truth.whyNotUsable(account, amiId);
    if (why !== undefined) {
      // What an account uses already it looks at again only where another account may take it back.
      const tampered = this.#excuses.tampered(undefined, amiId, base.kind === 'upstream' ? sinceMs : 0);
      const stale = this.#excuses.struck(account, ['read-stale'], sinceMs - 5 * minuteMs);
      // A table that was put back has forgotten that it was revoked.
      const { State, OwnerId = '' } = look.ami(amiId)?.image ?? {};
      if (State === 'disabled' && this.#excuses.restored(OwnerId, 0)) return undefined;
      const taken = base.kind === 'upstream' && this.#grantChanged(amiId, sinceMs);
      return tampered || stale || taken ? undefined : `it ${why}`;
    }
    const is = look.ami(amiId)?.image.Architecture ?? architecture;
    return is === architecture ? undefined : `it is ${is}, the image ${architecture}`;
  }

  /** Its owner's bakery took the launch permission away while this run was under way. */
  #grantChanged(amiId: string, sinceMs: number): boolean {
    const { calls } = this.universe;
    for (let at = calls.length - 1; at >= 0 && calls[at]!.atMs >= sinceMs; at -= 1) {
      const { operation, input } = calls[at]!;
      if (operation === 'ModifyImageAttribute' && (input as { ImageId?: string }).ImageId === amiId)
        return true;
    }
    return false;
  }
}

/** Longest that a run goes on after it has read its bases (Lambda's limit is 15 minutes). */
const longestRunMs = 15 * minuteMs;

export const soundBase: Invariant = {
  name,
  says: 'nothing is claimed on a base that is unconfirmed, revoked, invisible, of the wrong account or architecture, or no longer what its source says',
  watch: (universe) => {
    const judge = new Judge(universe);
    return {
      afterCall: (call) => {
        for (const claim of claims(call)) {
          const violation = judge.judge(claim, call.atMs - longestRunMs);
          if (violation !== undefined) return violation;
        }
        return undefined;
      },
    };
  },
};

import type { ImageKey } from '../../../src/lib/definitions/catalog';
import type { FailureClass } from '../../../src/lib/lifecycle/bake';
import type { Invariant, SimCall, Universe, Violation } from '../contract';
import { claims, endings, imageChanges, type Claim } from './changes';
import { DesiredModel, isAsked } from './desired-model';
import { Excuses } from './excuses';
import { Gates } from './gates-model';
import { RevokedModel } from './revoked-model';
import { broken } from './violation';
import { Truth } from './world-truth';

const minuteMs = 60_000;

/** How often the design lets a failure of a class be tried again, and after how long at the least. */
const retries: Partial<Record<FailureClass, { most: number; firstMs: number; mostMs: number }>> = {
  capacity: { most: 5, firstMs: 5 * minuteMs, mostMs: 120 * minuteMs },
  throttle: { most: 5, firstMs: 2 * minuteMs, mostMs: 30 * minuteMs },
  spot: { most: 4, firstMs: 2 * minuteMs, mostMs: 30 * minuteMs },
  network: { most: 4, firstMs: 2 * minuteMs, mostMs: 60 * minuteMs },
  fault: { most: 4, firstMs: 2 * minuteMs, mostMs: 60 * minuteMs },
  abandoned: { most: 3, firstMs: minuteMs, mostMs: 15 * minuteMs },
  unknown: { most: 2, firstMs: 10 * minuteMs, mostMs: 60 * minuteMs },
  'timed-out': { most: 1, firstMs: 10 * minuteMs, mostMs: 10 * minuteMs },
};

interface Attempt {
  state: string;
  bakeId: string;
  claimedAtMs: number;
  asked: boolean;
  ownBase: boolean;
  /** As the ledger has it; undefined while it runs. */
  end?: { status: string; atMs: number; class?: FailureClass; amis: string[] };
  /** Failures in a row of this state, this one included. */
  failures: number;
  givenBack?: boolean;
  /** Earlier results of its state that could not come again when it was claimed. */
  insteadOf?: string[];
}

/** A night that came to what was published has that as its result. */
const hasResult = ({ status }: { status: string }): boolean => status === 'ready' || status === 'unchanged';

/** Every claim of every image, with what became of it. */
class Attempts {
  readonly #byImage = new Map<string, Attempt[]>();
  readonly #byBake = new Map<string, Attempt>();
  /** Bakes of one state that gave a result. */
  readonly #results = new Map<string, Attempt[]>();
  readonly desired: DesiredModel;

  constructor(readonly universe: Universe) {
    this.desired = DesiredModel.of(universe);
  }

  of(account: string, image: ImageKey): Attempt[] {
    const name = `${account} ${image}`;
    let found = this.#byImage.get(name);
    if (found === undefined) this.#byImage.set(name, (found = []));
    return found;
  }

  claimed({ account, image, bake }: Claim): Attempt {
    const attempt: Attempt = {
      state: this.desired.stateOf(account, image, bake),
      bakeId: bake.id,
      claimedAtMs: this.universe.nowMs(),
      asked: isAsked(bake),
      ownBase: bake.baseAmiId === undefined,
      failures: 0,
    };
    this.of(account, image).push(attempt);
    this.#byBake.set(bake.id, attempt);
    return attempt;
  }

  results(account: string, state: string): Attempt[] {
    const name = `${account} ${state}`;
    let found = this.#results.get(name);
    if (found === undefined) this.#results.set(name, (found = []));
    return found;
  }

  ended(call: SimCall): { account: string; attempt: Attempt; image: ImageKey }[] {
    const found = endings(call).flatMap(({ account, before, bake }) => {
      const attempt = this.#byBake.get(bake.id);
      if (attempt === undefined || before !== undefined) return [];
      // What was discarded is as good as what it was equal to.
      const equal = this.#byBake.get(bake.equalTo ?? '')?.end?.amis;
      const amis = equal ?? Object.values(bake.amis ?? {});
      attempt.end = {
        status: bake.status,
        atMs: this.universe.nowMs(),
        class: bake.failure?.class,
        amis,
      };
      if (!hasResult(bake)) {
        const earlier = this.of(account, bake.image);
        const last = earlier
          .slice(0, earlier.indexOf(attempt))
          .findLast(({ givenBack }) => givenBack !== true);
        const failures = last?.state === attempt.state ? last.failures : 0;
        // What made room for something newer is nobody's failure.
        attempt.failures = bake.failure?.class === 'superseded' ? failures : failures + 1;
      }
      return [{ account, attempt, image: bake.image }];
    });
    for (const { before, after } of imageChanges(call)) {
      if (before?.live === undefined || after?.live !== undefined) continue;
      const attempt = this.#byBake.get(before.live.id);
      if (attempt !== undefined && attempt.end === undefined) attempt.givenBack = true;
    }
    return found;
  }
}

/** What the ledger or EC2 cannot have known of an earlier result. */
class Forgotten {
  readonly #excuses: Excuses;
  readonly #truth: Truth;
  readonly #gates: Gates;
  readonly #revoked: RevokedModel;
  constructor(universe: Universe) {
    this.#revoked = RevokedModel.of(universe);
    this.#excuses = new Excuses(universe);
    this.#truth = new Truth(universe);
    this.#gates = new Gates(universe);
  }

  isGated = (account: string, image: ImageKey, { bakeId }: Attempt): boolean =>
    !this.#gates.mayComeAgain(account, image, bakeId);

  restored = (account: string, sinceMs: number): boolean => this.#excuses.restored(account, sinceMs);

  /**
   * Its AMI is gone, or an old answer of EC2 did not show it; it was revoked; or the image asks for tests or approval that
   * it does not have.
   */
  lost(account: string, image: ImageKey, { bakeId, end }: Attempt, nowMs: number): boolean {
    return (
      !this.#gates.mayComeAgain(account, image, bakeId) ||
      this.#revoked.wasRevoked(account, bakeId) ||
      (end?.amis ?? []).some((amiId) => this.#truth.whyNotUsable(account, amiId) !== undefined) ||
      this.#excuses.struck(account, ['read-stale'], nowMs - 15 * minuteMs)
    );
  }
}

export const oneResult: Invariant = {
  name: 'one-result',
  says: 'a desired state has at most one adopted result, unless a person asked',
  watch: (universe) => {
    const attempts = new Attempts(universe);
    const forgotten = new Forgotten(universe);
    return {
      afterCall: (call) => {
        if (call.ledger.length === 0) return undefined;
        for (const claim of claims(call)) {
          const { account, image } = claim;
          const attempt = attempts.claimed(claim);
          // A commit may ask for approval, so that a bake is due, and no longer ask for it when that bake is ready.
          attempt.insteadOf = attempts
            .results(account, attempt.state)
            .filter((it) => forgotten.lost(account, image, it, call.atMs))
            .map(({ bakeId }) => bakeId);
        }
        for (const { account, attempt, image } of attempts.ended(call)) {
          if (attempt.end?.status !== 'ready') continue;
          const earlier = attempts.results(account, attempt.state);
          const first = earlier.find(
            (it) =>
              attempt.insteadOf?.includes(it.bakeId) !== true &&
              !forgotten.lost(account, image, it, call.atMs),
          );
          earlier.push(attempt);
          if (first === undefined || attempt.asked || attempt.ownBase) continue;
          if (forgotten.restored(account, first.claimedAtMs)) continue;
          return broken(
            'one-result',
            `${image} has two results, ${first.bakeId} and ${attempt.bakeId}, of one state`,
            {
              account,
              state: attempt.state,
              first,
              second: attempt,
            },
          );
        }
        return undefined;
      },
    };
  },
};

export const secondClaim: Invariant = {
  name: 'second-claim',
  says: 'a desired state is claimed again only after an accounted failure, as often and as late as the rules for it say',
  watch: (universe) => {
    const attempts = new Attempts(universe);
    const forgotten = new Forgotten(universe);
    const excuses = new Excuses(universe);
    const desired = DesiredModel.of(universe);

    const judge = (claim: Claim): Violation[] | undefined => {
      const { account, image, bake } = claim;
      const earlier = attempts.of(account, image).filter(({ givenBack }) => givenBack !== true);
      const attempt = attempts.claimed(claim);
      if (attempt.asked) return undefined;
      const nowMs = universe.nowMs();
      const same = earlier.filter(({ state }) => state === attempt.state);
      const last = same.at(-1);
      if (last === undefined || forgotten.restored(account, same[0]!.claimedAtMs)) return undefined;
      const about = { account, image, cause: bake.cause, state: attempt.state, earlier: same };
      const result = same.find(({ end }) => end !== undefined && hasResult(end));
      if (result !== undefined) {
        // What a template chooses as its base may be another one now: only what is in force need not be baked.
        // What a further channel has is not.
        const first = desired.definition(account, image)?.channels[0] ?? '';
        const inForce = claim.before?.channels[first]?.current?.bakeId === result.bakeId;
        if ((attempt.ownBase && !inForce) || forgotten.lost(account, image, result, nowMs)) return undefined;
        return broken(
          'second-claim',
          `${image} is baked again although ${result.bakeId} is its result`,
          about,
        );
      }
      if (last.end === undefined) {
        return broken(
          'second-claim',
          `${image} is claimed as ${bake.id} while ${last.bakeId} has not ended`,
          about,
        );
      }
      // Given up because its base was revoked, and that was taken back: it counts for nothing.
      if (last.end.class === 'revoked') return undefined;
      // Failures count for the state that was tried last: another one in between makes a fresh start.
      if (earlier.at(-1) !== last) return undefined;
      // Nobody has decided on it: what took its place is gone again.
      if (last.end.class === 'superseded') return undefined;
      const rule = last.end.class === undefined ? undefined : retries[last.end.class];
      if (rule === undefined || last.failures > rule.most) {
        return broken(
          'second-claim',
          `${image} is baked again after ${last.failures} failures (${last.end.class}), which nobody asked for`,
          about,
        );
      }
      const leastMs = Math.min(rule.mostMs, rule.firstMs * 2 ** (last.failures - 1)) / 2;
      const waitedMs = nowMs - last.end.atMs;
      if (waitedMs >= leastMs - 1_000 || excuses.struck(account, ['lying-clock'], last.claimedAtMs))
        return undefined;
      return broken('second-claim', `${image} was tried again after ${waitedMs} ms, not ${leastMs}`, about);
    };

    return {
      afterCall: (call) => {
        if (call.ledger.length === 0) return undefined;
        for (const claim of claims(call)) {
          const violation = judge(claim);
          if (violation !== undefined) return violation;
        }
        attempts.ended(call);
        return undefined;
      },
    };
  },
};

/** Bakes are what had to be built and what faults made necessary, in sum. */
export const economy: Invariant = {
  name: 'economy',
  says: 'bakes = desired states that had to be built + those that faults and people account for',
  watch: (universe) => {
    const attempts = new Attempts(universe);
    const excuses = new Excuses(universe);
    const forgotten = new Forgotten(universe);
    const model = RevokedModel.of(universe);
    const claimed: { account: string; image: ImageKey; attempt: Attempt }[] = [];
    /** Claims of what there is a result of that was not tested or approved as is asked for now. */
    const gated = new Map<string, number>();
    /** Results that retention had taken out of use when their state was claimed again. */
    const retired = new Set<string>();
    const isRetired = (account: string, image: ImageKey, { bakeId }: Attempt): boolean =>
      ['disabled', 'deregistered'].includes(
        universe.look.bakes(account, image).find(({ id }) => id === bakeId)?.status ?? '',
      );
    return {
      afterCall: (call) => {
        if (call.ledger.length === 0) return undefined;
        for (const claim of claims(call)) {
          const { account, image } = claim;
          const attempt = attempts.claimed(claim);
          claimed.push({ account, image, attempt });
          const results = attempts.results(account, attempt.state);
          if (results.some((result) => forgotten.isGated(account, image, result)))
            gated.set(account, (gated.get(account) ?? 0) + 1);
          else if (results.every((result) => isRetired(account, image, result)))
            for (const { bakeId } of results) retired.add(`${account} ${bakeId}`);
        }
        for (const { account, attempt } of attempts.ended(call)) {
          if (attempt.end?.status === 'ready') attempts.results(account, attempt.state).push(attempt);
        }
        return undefined;
      },
      atRest: () => {
        for (const { id: account } of universe.accounts) {
          const own = claimed.filter((it) => it.account === account && it.attempt.givenBack !== true);
          const states = new Set(own.map(({ attempt }) => attempt.state)).size;
          const asked = own.filter(({ attempt }) => attempt.asked).length;
          const failed = own.filter(({ attempt: { end } }) => end !== undefined && !hasResult(end)).length;
          const ownBase = own.filter(({ attempt }) => attempt.ownBase).length;
          const revoked = own.filter(({ attempt }) => model.wasRevoked(account, attempt.bakeId)).length;
          const lost =
            revoked + universe.people.tampering.filter(({ kind }) => kind === 'ami-deregistered').length;
          if (excuses.restored(account, 0) || excuses.struck(account, ['read-stale'], 0)) continue;
          const anew = [...retired].filter((name) => name.startsWith(`${account} `)).length;
          const again = (gated.get(account) ?? 0) + anew;
          if (own.length <= states + asked + failed + ownBase + lost + again) continue;
          return broken('economy', `${own.length} bakes for ${states} desired states`, {
            account,
            asked,
            failed,
            ownBase,
            lost,
            again,
          });
        }
        return undefined;
      },
    };
  },
};

import type { Invariant, SimCall, Universe, Violation } from '../contract';
import { channelChanges, endings, imageChanges } from './changes';
import { DesiredModel } from './desired-model';
import { Excuses } from './excuses';
import { Gates } from './gates-model';
import { isTest } from './true-endings';
import { broken } from './violation';
import { Truth } from './world-truth';

const minuteMs = 60_000;
const name = 'tested-first';
/** Lambda's limit: so long ago a run may have read what it acts on. */
const longestRunMs = 15 * minuteMs;
/** Of two runs at once, one has read a catalog that the other one has taken over since. */
const twoRuns = ['queue-at-once', 'queue-twice', 'call-slow'] as const;

class Judge {
  readonly #desired: DesiredModel;
  readonly #excuses: Excuses;
  readonly #gates: Gates;
  readonly #truth: Truth;

  constructor(private readonly universe: Universe) {
    this.#desired = DesiredModel.of(universe);
    this.#excuses = new Excuses(universe);
    this.#gates = new Gates(universe);
    this.#truth = new Truth(universe);
  }

  judge(call: SimCall): Violation[] | undefined {
    const say = (account: string, bakeId: string, message: string) =>
      broken(name, message, { account, bakeId, tests: this.#truth.tests(account, bakeId) });
    for (const { account, before, after } of imageChanges(call)) {
      const live = before?.live;
      if (live === undefined) continue;
      // What comes next: the same bake in another status, or what it has ended as.
      const next =
        after?.live?.id === live.id
          ? after.live
          : endings(call).find(({ bake }) => bake.id === live.id)?.bake;
      if (next === undefined || next.status === live.status) continue;
      const why = this.#whyNotPast(account, live.status, next);
      if (why !== undefined)
        return say(account, live.id, `bake ${live.id} of ${live.image} is ${next.status}, and ${why}`);
    }
    for (const { account, image, name: channel, isMirror, before, after } of channelChanges(call)) {
      const moving = after?.moving;
      if (isMirror || moving === undefined || moving.to.sequence === before?.moving?.to.sequence) continue;
      const { bakeId } = moving.to;
      if (
        bakeId === before?.current?.bakeId ||
        this.#excuses.struck(account, twoRuns, call.atMs - longestRunMs)
      )
        continue;
      const { code } = moving.cause;
      // Another bake than one that has just ended may be one that an earlier commit asked less of.
      if (
        (code === 'reused' || this.#isLater(call, account, image, bakeId, code)) &&
        !this.#gates.passedAsOfNow(account, image, bakeId)
      )
        return say(
          account,
          bakeId,
          `${channel} begins to move to ${bakeId} (${code}), which has not passed the checks of now`,
        );
      const hasTests = this.#desired.definition(account, image)?.test !== undefined;
      if (code === 'promoted' && hasTests && this.#gates.passed(account, bakeId).length === 0)
        return say(account, bakeId, `${channel} is promoted to ${bakeId}, which has never passed a test`);
    }
    return undefined;
  }

  /** Published once its window has opened, and not with the write that ended it. */
  #isLater(call: SimCall, account: string, image: string, bakeId: string, code: string): boolean {
    // When it ended is what the bakery’s clock says, which may be wrong: what one write ends and publishes is not later.
    if (endings(call).some(({ account: at, bake }) => at === account && bake.id === bakeId)) return false;
    const ended = this.universe.look.bakes(account, image as never).find(({ id }) => id === bakeId);
    return code === 'published' && (ended?.endedAtMs ?? 0) < this.universe.nowMs() - minuteMs;
  }

  #whyNotPast(
    account: string,
    from: string,
    bake: { id: string; image: string; status: string; amis?: Record<string, string> },
  ): string | undefined {
    const { status, id, image } = bake;
    if (status !== 'approval' && status !== 'distributing' && status !== 'ready') return undefined;
    const hasTests = this.#desired.definition(account, image as never)?.test !== undefined;
    if (from === 'claimed' || from === 'building') {
      const sinceMs = this.universe.nowMs() - longestRunMs;
      return hasTests && !this.#excuses.struck(account, twoRuns, sinceMs) ? 'it was to be tested' : undefined;
    }
    if (from !== 'testing') return undefined;
    const passed = this.#truth
      .tests(account, id)
      .filter(({ status: ended, result }) => ended === 'SUCCEEDED' && result === 'passed');
    if (passed.length === 0) return 'no test of it has passed';
    const { look, region } = this.universe;
    const made = (bake.amis ?? look.ledger(account).records.get(image as never)?.live?.amis)?.[region];
    const isIts = passed.some(
      ({ candidate }) => made === undefined || candidate === made || status === 'ready',
    );
    return isIts ? undefined : `${passed[0]!.candidate} was tested, not ${made}`;
  }
}

/** Asked of CodeBuild itself, and of the checks that were pushed. */
export const testedFirst: Invariant = {
  name,
  says: 'nothing untested comes to a channel of an image that has tests: a bake has passed the checks of then before it goes on, those of now before it is published again, and some before it is promoted',
  watch: (universe) => {
    const judge = new Judge(universe);
    return { afterCall: (call) => (call.ledger.length === 0 ? undefined : judge.judge(call)) };
  },
};

/** Builds that a bake's test may take, and after how long the next one is begun. */
const mostTests = 3;
const leastMs = [0, 2 * minuteMs, 8 * minuteMs];

/** A test that is begun twice is a waste, and one after a verdict is an attempt to be told something else. */
export const testedOnce: Invariant = {
  name: 'tested-once',
  says: 'a bake is tested by one build an attempt, its request repeated word for word, only while it is `testing`, against the checks of the commit in force; again only after a test that came to nothing, at most twice',
  watch: (universe) => {
    const desired = DesiredModel.of(universe);
    const excuses = new Excuses(universe);
    const truth = new Truth(universe);
    const started = new Map<string, { buildId: string; request: string; atMs: number }>();

    /** When the last attempt was over. Of one that CodeBuild began twice that is when the first of its builds had ended. */
    const endOfLast = (account: string, token: string, before: ReturnType<Truth['tests']>) => {
      const buildIds = new Set([...started.values()].map(({ buildId }) => buildId));
      const asked = before.find(({ buildId }) => buildId === started.get(`${account} ${token}`)?.buildId);
      if (asked === undefined || !excuses.struck(account, ['build-twice'], 0, asked.buildId))
        return before.at(-1)?.endedAtMs;
      const ends = before
        .filter(
          ({ buildId, endedAtMs }) =>
            endedAtMs !== undefined && (buildId === asked.buildId || !buildIds.has(buildId)),
        )
        .map(({ endedAtMs = 0 }) => endedAtMs);
      return ends.length === 0 ? undefined : Math.min(...ends);
    };

    const judge = (call: SimCall): Violation[] | undefined => {
      const { account } = call.site;
      const input = call.input as {
        idempotencyToken?: string;
        sourceVersion?: string;
        environmentVariablesOverride?: { name: string; value: string }[];
      };
      const variable = (wanted: string) =>
        input.environmentVariablesOverride?.find((it) => it.name === wanted)?.value ?? '';
      const bakeId = variable('BAKE_ID');
      const image = variable('BAKERY_IMAGE') as `${string}/arm64`;
      const token = input.idempotencyToken ?? '';
      const say = (message: string) =>
        broken('tested-once', message, {
          account,
          image,
          bakeId,
          token,
          tests: truth.tests(account, bakeId),
        });
      const attempt = [1, 2, 3].find((n) => token === `${bakeId}-t${n}`);
      if (attempt === undefined || attempt > mostTests)
        return say(`a test of ${bakeId} is started under ${token}`);
      if (!call.tookEffect) return undefined;
      const forgets = excuses.restored(account, call.atMs - 60 * minuteMs);
      const live = universe.look.ledger(account).records.get(image)?.live;
      const late = ['write-late', 'call-slow', 'queue-at-once', 'queue-twice', 'lying-clock'] as const;
      const isLate = excuses.struck(account, late, call.atMs - 60 * minuteMs);
      if ((live?.id !== bakeId || live.status !== 'testing') && !forgets && !isLate)
        return say(
          `a test of ${bakeId} is started, which is ${live?.id === bakeId ? live.status : 'not there'}`,
        );
      const name_ = `${account} ${token}`;
      const known = started.get(name_);
      const buildId = truth.tests(account, bakeId).at(-1)?.buildId ?? '';
      const request = JSON.stringify(input);
      if (known !== undefined) {
        if (known.request !== request && !excuses.restored(account, known.atMs))
          return say(`a test of ${bakeId} was started by two different requests`);
        if (
          known.buildId === buildId ||
          isLate ||
          forgets ||
          excuses.struck(account, ['build-twice'], known.atMs)
        )
          return undefined;
        return say(
          `attempt ${attempt} of the test of ${bakeId} has two builds, ${known.buildId} and ${buildId}`,
        );
      }
      started.set(name_, { buildId, request, atMs: call.atMs });
      const { commitId = '' } = desired.inForce(account) ?? {};
      if (
        attempt === 1 &&
        input.sourceVersion !== commitId &&
        !isLate &&
        desired.push(account, input.sourceVersion ?? '') === undefined
      )
        return say(`${bakeId} is tested as of ${input.sourceVersion}, which was never pushed`);
      const before = truth.tests(account, bakeId).filter(({ buildId: other }) => other !== buildId);
      const verdict = before.find(
        ({ status, result }) =>
          (status === 'SUCCEEDED' && result === 'passed') || (status === 'FAILED' && result === 'failed'),
      );
      // Of a second build that CodeBuild started for one request nobody has been told.
      const isDoubled = before.some((one) => excuses.struck(account, ['build-twice'], 0, one.buildId));
      if (verdict !== undefined && !forgets && !isLate && !isDoubled)
        return say(`${bakeId} is tested again although its test has ${verdict.result}`);
      if (attempt === 1 || forgets || isLate) return undefined;
      const endedAtMs = endOfLast(account, `${bakeId}-t${attempt - 1}`, before);
      if (endedAtMs === undefined) return undefined;
      const waitedMs = call.atMs - endedAtMs;
      return waitedMs >= leastMs[attempt - 1]! - 1_000
        ? undefined
        : say(`the test of ${bakeId} is begun again after ${waitedMs} ms, not ${leastMs[attempt - 1]}`);
    };

    return {
      afterCall: (call) =>
        call.service === 'CodeBuild' &&
        call.operation === 'StartBuild' &&
        isTest(universe, call) &&
        call.site.caller.startsWith('lambda:')
          ? judge(call)
          : undefined,
    };
  },
};

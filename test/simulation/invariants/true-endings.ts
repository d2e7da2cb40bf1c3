import type { EndedBake } from '../../../src/lib/ledger/history';
import type { Invariant, SimCall, Universe, Violation } from '../contract';
import { endings } from './changes';
import { Excuses } from './excuses';
import { RevokedModel } from './revoked-model';
import { broken } from './violation';
import { Truth } from './world-truth';

const minuteMs = 60_000;
const name = 'true-endings';

/** How CodeBuild has to have ended a build for a bake to be called so. */
const statuses: Record<string, string[]> = {
  fault: ['FAULT'],
  stopped: ['STOPPED'],
  'timed-out': ['TIMED_OUT', 'STOPPED'],
  copy: ['SUCCEEDED'],
};

/** What comes after the build: gate-endings.ts. */
const atTheGates = ['tests', 'untested', 'disapproved', 'approval-expired', 'superseded'];

class Judge {
  readonly #truth: Truth;
  readonly #excuses: Excuses;
  readonly #revoked: RevokedModel;
  /** AMI → the bake that recorded it. */
  readonly #recorded = new Map<string, string>();

  constructor(private readonly universe: Universe) {
    this.#truth = new Truth(universe);
    this.#excuses = new Excuses(universe);
    this.#revoked = RevokedModel.of(universe);
  }

  judge(call: SimCall): Violation[] | undefined {
    for (const { account, pk, after } of call.ledger) {
      if (!pk.startsWith('AMI#') || after === undefined) continue;
      this.#recorded.set(
        `${account} ${pk.slice('AMI#'.length)}`,
        (after['data'] as { bakeId: string }).bakeId,
      );
    }
    for (const { account, before, bake } of endings(call)) {
      if (before !== undefined || bake.cause.code === 'adopted') continue;
      // A table that was put back knows nothing of the builds since then.
      if (this.#excuses.restored(account, bake.claimedAtMs)) continue;
      const violation = this.#judgeOne(account, bake, call);
      if (violation !== undefined) return violation;
    }
    return undefined;
  }

  #judgeOne(account: string, bake: EndedBake, call: SimCall): Violation[] | undefined {
    const builds = this.#truth.builds(account, bake.id);
    const about = { account, bake, builds };
    const say = (message: string) => broken(name, `bake ${bake.id} of ${bake.image} ${message}`, about);
    switch (bake.status) {
      case 'ready':
        return this.#whyNotReady(account, bake, builds, say);
      case 'unchanged': {
        const ended = builds.filter(({ status }) => status === 'SUCCEEDED');
        if (ended.some(({ amis }) => this.#flaws(account, bake, amis).length === 0)) return undefined;
        if (this.#excuses.struck(account, ['read-stale', 'lying-clock'], universeSince(this.universe)))
          return undefined;
        return say('was discarded as unchanged, and no build of it made anything sound');
      }
      case 'abandoned':
        return this.#whyNotAbandoned(account, bake, builds, say);
      case 'rejected': {
        if (bake.failure?.class === 'revoked') {
          const made = { bakeId: bake.id, ancestry: bake.ancestry };
          return this.#revoked.reaches(account, bake.image, made) === undefined
            ? say('was given up as revoked, and nothing of it is')
            : undefined;
        }
        if (atTheGates.includes(bake.failure?.class ?? '')) return undefined;
        const ended = builds.filter(({ status }) => status === 'SUCCEEDED');
        if (ended.length === 0) return say('was rejected, and no build of it succeeded');
        if (ended.some(({ amis }) => this.#flaws(account, bake, amis).length === 0)) {
          if (this.#excuses.struck(account, ['read-stale', 'lying-clock'], universeSince(this.universe)))
            return undefined;
          return say('was rejected although what its build made is sound');
        }
        return undefined;
      }
      default: {
        if (atTheGates.includes(bake.failure?.class ?? '')) return undefined;
        const wanted = statuses[bake.failure?.class ?? ''] ?? ['FAILED'];
        if (builds.some(({ status }) => wanted.includes(status))) return undefined;
        if (builds.length === 0 && this.#startWasRefused(call, bake)) return undefined;
        return say(`is ${bake.status} (${bake.failure?.class}), and no build of it ended like that`);
      }
    }
  }

  #whyNotReady(
    account: string,
    bake: EndedBake,
    builds: ReturnType<Truth['builds']>,
    say: (message: string) => Violation[],
  ): Violation[] | undefined {
    if (!builds.some(({ status }) => status === 'SUCCEEDED'))
      return say('is ready, and no build of it succeeded');
    const named = Object.entries(bake.amis ?? {}).map(([region, amiId]) => `${region}:${amiId}`);
    if (named.length === 0) return say('is ready without an AMI');
    const isOf = ({ status, amis }: (typeof builds)[number]) =>
      status === 'SUCCEEDED' &&
      Object.entries(bake.amis ?? {}).every(([region, amiId]) => amis.includes(this.#built(region, amiId)));
    if (!builds.some(isOf)) {
      return say('is ready with AMIs that none of its builds made');
    }
    const flaws = this.#flaws(account, bake, named.join(',')).filter((flaw) => !flaw.startsWith('gone:'));
    return flaws.length === 0 ? undefined : say(`is ready although ${flaws.join(', ')}`);
  }

  #whyNotAbandoned(
    account: string,
    bake: EndedBake,
    builds: ReturnType<Truth['builds']>,
    say: (message: string) => Violation[],
  ): Violation[] | undefined {
    const nowMs = this.universe.nowMs();
    const ageMs = nowMs - bake.claimedAtMs;
    const clock = this.#excuses.struck(account, ['lying-clock'], bake.claimedAtMs - minuteMs);
    if (ageMs < 10 * minuteMs && !clock) return say(`was abandoned after ${ageMs} ms`);
    const seen = builds.filter(({ startedAtMs }) => startedAtMs < nowMs - minuteMs);
    if (seen.length === 0) return undefined;
    const excuse = ['read-stale', 'write-late', 'call-slow', 'build-twice', 'lying-clock'] as const;
    if (this.#excuses.struck(account, excuse, bake.claimedAtMs)) return undefined;
    return say('was abandoned although a build of it was started');
  }

  /** `region:AMI` that a build made: this one, or what it is a copy of. */
  #built(region: string, amiId: string): string {
    const image = this.universe.look.ami(amiId, region)?.image;
    return image === undefined || image.SourceInstanceId !== undefined
      ? `${region}:${amiId}`
      : `${image.SourceImageRegion}:${image.SourceImageId}`;
  }

  /** What is wrong with the AMIs a build named, as EC2 has them. */
  #flaws(account: string, bake: EndedBake, exported: string): string[] {
    const { region, look } = this.universe;
    const flaws: string[] = [];
    const pairs = exported.split(',').map((pair) => pair.split(':') as [string, string]);
    if (exported === '' || !pairs.some(([at]) => at === region)) return [`it names no AMI in ${region}`];
    for (const [at, amiId] of pairs) {
      if (amiId === undefined) return ['it is no list of AMIs'];
      const stored = look.ami(amiId, at);
      const gone = this.#truth.whyNotUsable(account, amiId, at);
      if (stored === undefined) flaws.push(`${amiId} does not exist`);
      else if (gone !== undefined) flaws.push(`gone: ${amiId} ${gone}`);
      if (stored === undefined) continue;
      if (stored.image.OwnerId !== account) flaws.push(`${amiId} belongs to ${stored.image.OwnerId}`);
      const tag = this.#truth.amiTags(account, amiId, at)['bakery:bake'];
      if (tag !== undefined && tag !== bake.id) flaws.push(`${amiId} carries the tag of bake ${tag}`);
      const recorded = this.#recorded.get(`${account} ${amiId}`);
      if (recorded !== undefined && recorded !== bake.id) flaws.push(`${amiId} is the result of ${recorded}`);
      const madeAtMs = Date.parse(stored.image.CreationDate ?? '');
      if (madeAtMs < bake.claimedAtMs - 5 * minuteMs) flaws.push(`${amiId} is older than the claim`);
      const [builtIn = '', built = ''] = this.#built(at, amiId).split(':');
      const source = look.ami(built, builtIn)?.image.SourceImageId;
      if (bake.baseAmiId !== undefined && source !== undefined && source !== bake.baseAmiId) {
        flaws.push(`${amiId} was built on ${source}, not on ${bake.baseAmiId}`);
      }
    }
    return flaws;
  }

  #startWasRefused(call: SimCall, bake: EndedBake): boolean {
    const event = call.event;
    return this.universe.calls
      .slice(-2_000)
      .some(
        (other) =>
          other.event === event &&
          other.operation === 'StartBuild' &&
          !other.tookEffect &&
          (other.input as { idempotencyToken?: string }).idempotencyToken === bake.id,
      );
  }
}

/** A build that tests what another one has made. */
export const isTest = ({ accounts }: Universe, { site, input }: SimCall): boolean =>
  (input as { projectName?: string }).projectName ===
  accounts.find(({ id }) => id === site.account)?.settings.testProject;

const universeSince = (universe: Universe): number => universe.nowMs() - 60 * minuteMs;

export const trueEndings: Invariant = {
  name,
  says: 'a bake ends as its build ended, and is ready only with an AMI that is its own and sound',
  watch: (universe) => {
    const judge = new Judge(universe);
    return { afterCall: (call) => (call.ledger.length === 0 ? undefined : judge.judge(call)) };
  },
};

/** Two builds of one bake are a waste that only a request that landed late explains. */
export const oneBuild: Invariant = {
  name: 'one-build',
  says: 'a bake is built once, by a request that is repeated word for word, and only while it is claimed',
  watch: (universe) => {
    const excuses = new Excuses(universe);
    const started = new Map<string, { buildId: string; request: string; atMs: number }>();
    return {
      afterCall: (call) => {
        if (call.service !== 'CodeBuild' || call.operation !== 'StartBuild') return undefined;
        if (!call.site.caller.startsWith('lambda:') || isTest(universe, call)) return undefined;
        const input = call.input as {
          projectName?: string;
          idempotencyToken?: string;
          environmentVariablesOverride?: { name: string; value: string }[];
        };
        const { projectName } = input;
        const variable = (wanted: string) =>
          input.environmentVariablesOverride?.find((it) => it.name === wanted)?.value ?? '';
        const bakeId = variable('BAKE_ID');
        const about = { account: call.site.account, bakeId, image: variable('BAKERY_IMAGE') };
        if (input.idempotencyToken !== bakeId) {
          return broken(
            'one-build',
            `bake ${bakeId} is started under the token ${input.idempotencyToken}`,
            about,
          );
        }
        if (!call.tookEffect) return undefined;
        const name = `${call.site.account} ${bakeId}`;
        const request = JSON.stringify(input);
        const before = started.get(name);
        const buildId =
          universe.look
            .builds(call.site.account)
            .findLast((it) => it.bakeId === bakeId && it.project === projectName)?.buildId ?? '';
        if (before === undefined) {
          started.set(name, { buildId, request, atMs: call.atMs });
          const live = [...universe.look.ledger(call.site.account).records.values()].find(
            (record) => record.live?.id === bakeId,
          )?.live;
          if (live !== undefined || excuses.restored(call.site.account, call.atMs - 60 * minuteMs))
            return undefined;
          if (
            excuses.struck(
              call.site.account,
              ['write-late', 'call-slow', 'queue-at-once'],
              call.atMs - 60 * minuteMs,
            )
          )
            return undefined;
          return broken('one-build', `a build of ${bakeId} was started, which is claimed by nobody`, about);
        }
        if (before.request !== request) {
          return broken('one-build', `bake ${bakeId} was started by two different requests`, about);
        }
        if (before.buildId === buildId) return undefined;
        const excuse = ['write-late', 'call-slow', 'build-twice', 'table-restored', 'lying-clock'] as const;
        if (excuses.struck(call.site.account, excuse, before.atMs - 10 * minuteMs)) return undefined;
        return broken('one-build', `bake ${bakeId} has two builds, ${before.buildId} and ${buildId}`, about);
      },
    };
  },
};

import type { Channel } from '../../../src/lib/lifecycle/channel';
import type { Invariant, SimCall, Universe, Violation } from '../contract';
import { channelChanges, claims, endings, isToldAgain, type ChannelChange, type Claim } from './changes';
import { DesiredModel } from './desired-model';
import { Excuses } from './excuses';
import { RevokedModel } from './revoked-model';
import { firesBetween } from './schedule-model';
import { broken } from './violation';
import { Truth } from './world-truth';

const minuteMs = 60_000;
const name = 'true-reasons';

class Judge {
  readonly #desired: DesiredModel;
  readonly #excuses: Excuses;
  readonly #truth: Truth;
  readonly #revoked: RevokedModel;
  /** Images of which a bake ended without a result, by account. */
  readonly #failed = new Set<string>();

  constructor(private readonly universe: Universe) {
    this.#desired = DesiredModel.of(universe);
    this.#excuses = new Excuses(universe);
    this.#truth = new Truth(universe);
    this.#revoked = RevokedModel.of(universe);
  }

  judge(call: SimCall): Violation[] | undefined {
    for (const { account, bake } of endings(call)) {
      if (bake.status !== 'ready') this.#failed.add(`${account} ${bake.image}`);
    }
    for (const claim of claims(call)) {
      const why = this.#claimIsWrong(claim);
      if (why !== undefined) {
        const { account, image, bake, before } = claim;
        return broken(name, `${image} is claimed because "${bake.cause.text}", and ${why}`, {
          account,
          bake,
          channels: before?.channels,
        });
      }
    }
    for (const change of channelChanges(call)) {
      const { moving } = change.after ?? {};
      if (moving === undefined || moving.to.sequence === change.before?.moving?.to.sequence) continue;
      if (isToldAgain(change.before, change.after!)) continue;
      const why = change.isMirror ? undefined : this.#moveIsWrong(change, moving);
      if (why !== undefined) {
        return broken(name, `${change.name} begins to move because "${moving.cause.text}", and ${why}`, {
          account: change.account,
          moving,
          current: change.before?.current,
        });
      }
    }
    return undefined;
  }

  #claimIsWrong({ account, image, bake, before }: Claim): string | undefined {
    const inForce = this.#desired.inForce(account);
    const definition = this.#desired.definition(account, image);
    if (inForce === undefined || definition === undefined) return 'there is no such image';
    if (bake.commitId !== inForce.commitId)
      return `commit ${inForce.commitId} is in force, not ${bake.commitId}`;
    const current = before?.channels[definition.channels[0]!]?.current;
    const now = this.#desired.content(account, image, inForce.commitId);
    const then =
      current === undefined || current.adopted !== undefined
        ? undefined
        : this.#desired.content(account, current.image, current.commitId);
    const contentMoved = now !== undefined && then !== undefined && now !== then;
    const contentStayed = now !== undefined && now === then;
    switch (bake.cause.code) {
      case 'asked':
        return this.#wasAsked(account, image) ? undefined : 'nobody asked for it';
      case 'retry':
        if (before?.trouble === undefined) return 'the ledger knows of no failure';
        return this.#failed.has(`${account} ${image}`) || this.#excuses.restored(account, 0)
          ? undefined
          : 'no bake of it ever failed';
      case 'withdrawn':
        return current === undefined && before?.channels[definition.channels[0]!]?.withdrawn !== undefined
          ? undefined
          : 'its channel was not withdrawn';
      case 'first-bake':
        return current === undefined ? undefined : `bake ${current.bakeId} is published`;
      case 'inputs-changed':
      case 'definition-changed':
        if (current === undefined) return 'nothing is published';
        return contentStayed ? 'its content is what it was' : undefined;
      case 'schedule':
        return this.#scheduleIsWrong(
          account,
          claimNotBefore(bake),
          current?.notBefore ?? 0,
          definition.rebake,
        );
      case 'base-moved':
        if (current === undefined) return 'nothing is published';
        if (contentMoved) return 'its content changed as well, which comes first';
        return current.baseAmiId === bake.baseAmiId ? `its base is ${bake.baseAmiId} still` : undefined;
      default:
        return `no bake has the reason ${bake.cause.code}`;
    }
  }

  #scheduleIsWrong(
    account: string,
    notBefore: number,
    published: number,
    rebake: { cron: string; timezone: string } | undefined,
  ): string | undefined {
    if (notBefore <= published) return `${new Date(published).toISOString()} is published already`;
    const nowMs = this.universe.nowMs();
    const clock = this.#excuses.struck(account, ['lying-clock'], nowMs - 36 * 60 * minuteMs);
    if (notBefore > nowMs && !clock) return `${new Date(notBefore).toISOString()} is to come`;
    // A schedule that was taken away since leaves what was desired as it was.
    if (rebake === undefined || clock) return undefined;
    const fires = firesBetween(rebake, notBefore - 1, Math.max(notBefore, nowMs - minuteMs));
    if (fires === undefined) return undefined;
    if (fires.length > 1) {
      return `it fired again at ${new Date(fires.at(-1)!).toISOString()}`;
    }
    // A schedule that was edited since may have fired at a time of its own.
    return undefined;
  }

  #wasAsked(account: string, image: string): boolean {
    return this.universe.people.commands.some(({ account: at, event }) => {
      const asked = event['image'];
      return (
        at === account &&
        event.command === 'bake' &&
        typeof asked === 'string' &&
        (asked === image || image.startsWith(`${asked}/`))
      );
    });
  }

  #moveIsWrong(
    { account, image, before }: ChannelChange,
    { cause, to }: NonNullable<Channel['moving']>,
  ): string | undefined {
    const current = before?.current;
    switch (cause.code) {
      case 'reused':
        return this.#reuseIsWrong(account, image, to);
      case 'amended':
        return current?.bakeId === to.bakeId ? undefined : `bake ${current?.bakeId} is published`;
      case 'published': {
        if (current !== undefined && current.bakeId >= to.bakeId) return `${current.bakeId} is newer`;
        return undefined;
      }
      case 'repaired': {
        // A renamed image takes its channel along.
        if (current === undefined) return undefined;
        if (current.bakeId !== to.bakeId) return `bake ${current.bakeId} is published`;
        return undefined;
      }
      case 'revoked':
        return current !== undefined && this.#revoked.reaches(account, image, current) !== undefined
          ? undefined
          : `bake ${current?.bakeId} was not revoked`;
      case 'adopted': {
        const asked = this.universe.people.commands.some(
          ({ account: at, event }) => at === account && event.command === 'adopt',
        );
        return asked ? undefined : 'nobody asked for it';
      }
      default:
        return undefined;
    }
  }

  #reuseIsWrong(
    account: string,
    image: ChannelChange['image'],
    to: NonNullable<Channel['moving']>['to'],
  ): string | undefined {
    const { look, region } = this.universe;
    const inForce = this.#desired.inForce(account);
    const definition = this.#desired.definition(account, image);
    if (inForce === undefined || definition === undefined) return 'there is no such image';
    const now = this.#desired.content(account, image, inForce.commitId);
    const then = this.#desired.content(account, to.image, to.commitId);
    if (now !== undefined && then !== undefined && now !== then)
      return `bake ${to.bakeId} is made of something else`;
    const { base } = definition;
    const sinceMs = this.universe.nowMs() - 15 * minuteMs;
    const stale = this.#excuses.struck(account, ['read-stale'], sinceMs);
    if (base.kind === 'image') {
      const parent = look.ledger(account).records.get(base.image)?.channels[base.channel]?.current?.amis[
        region
      ];
      if (parent !== to.baseAmiId)
        return `bake ${to.bakeId} is built on ${to.baseAmiId}, and its base is ${parent}`;
    }
    if (base.kind === 'ssm' && !this.#truth.held(account, base.path, to.baseAmiId ?? '', sinceMs) && !stale) {
      return `bake ${to.bakeId} is built on ${to.baseAmiId}, and its base is ${look.parameter(account, base.path)}`;
    }
    if (base.kind === 'upstream') {
      const upstream = look.ledger(account).upstreams.get(`${base.bakery}/${base.image}@${base.channel}`);
      const named = upstream?.amis[region];
      const moved = (upstream?.receivedAtMs ?? 0) >= sinceMs;
      if (named !== to.baseAmiId && !moved)
        return `bake ${to.bakeId} is built on ${to.baseAmiId}, and its base is ${named}`;
    }
    const record = look.ledger(account).records.get(image);
    const fired = this.#desired.notBefore(definition, record, inForce.sinceMs, this.universe.nowMs());
    if (to.notBefore < fired && fired < this.universe.nowMs() - 5 * minuteMs) {
      return `its schedule fired at ${new Date(fired).toISOString()} since`;
    }
    const amiId = to.amis[region] ?? '';
    const why = this.#truth.whyNotUsable(account, amiId);
    if (why === undefined || stale || this.#excuses.tampered(undefined, amiId, sinceMs)) return undefined;
    return `${amiId} ${why}`;
  }
}

const claimNotBefore = ({ notBefore }: Claim['bake']): number => notBefore;

export const trueReasons: Invariant = {
  name,
  says: 'each bake and each move has a reason that is true of what it was decided on, and of the world within its staleness',
  watch: (universe) => {
    const judge = new Judge(universe);
    return { afterCall: (call) => (call.ledger.length === 0 ? undefined : judge.judge(call)) };
  },
};

/** Catalog, trees and commit are of one moment. */
export const catalogOfOneCommit: Invariant = {
  name: 'catalog-of-one-commit',
  says: 'the catalog in force, and what it says of inputs, are of one commit that was pushed and is valid',
  watch: (universe) => {
    const desired = DesiredModel.of(universe);
    const { codecommit } = universe;
    return {
      afterCall: (call) => {
        desired.note(call);
        for (const { account, sk, after } of call.ledger) {
          if (sk !== 'CATALOG' || after === undefined) continue;
          const { inForce } = universe.look.ledger(account).catalog ?? {};
          if (inForce === undefined) continue;
          const { commitId } = inForce;
          const push = desired.push(account, commitId);
          const say = (message: string) => broken('catalog-of-one-commit', message, { account, commitId });
          if (push === undefined) return say(`${commitId} was never pushed`);
          if (!push.valid) return say(`${commitId} is in force, and its bakery.yml is not valid`);
          const root = universe.accounts.find(({ id }) => id === account)?.settings.repo?.path ?? '';
          const repositoryName =
            universe.accounts.find(({ id }) => id === account)?.settings.repo?.name ?? '';
          for (const { key, test } of inForce.catalog.images) {
            const folderPath = test === undefined || root === '' ? test?.path : `${root}/${test.path}`;
            const is =
              folderPath === undefined
                ? undefined
                : codecommit.GetFolder({ repositoryName, commitSpecifier: commitId, folderPath }).treeId;
            const says = inForce.tests?.[key];
            if (is !== says) return say(`the checks of ${key} are ${is} at that commit, not ${says}`);
          }
          for (const [image, inputs] of Object.entries(inForce.inputs)) {
            for (const { path, objectId } of inputs) {
              const whole = root === '' ? path : `${root}/${path}`;
              const isFile = push.files[whole] !== undefined;
              const input = { repositoryName, commitSpecifier: commitId };
              const is = isFile
                ? codecommit.GetFile({ ...input, filePath: whole }).blobId
                : codecommit.GetFolder({ ...input, folderPath: whole }).treeId;
              if (is !== objectId) return say(`${path} of ${image} is ${is} at that commit, not ${objectId}`);
            }
          }
        }
        return undefined;
      },
    };
  },
};

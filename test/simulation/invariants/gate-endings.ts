import type { EndedBake } from '../../../src/lib/ledger/history';
import type { Invariant, SimCall, Universe } from '../contract';
import { claims, endings } from './changes';
import { DesiredModel } from './desired-model';
import { Excuses } from './excuses';
import { broken } from './violation';
import { Truth } from './world-truth';

const minuteMs = 60_000;
const name = 'gate-endings';

class Judge {
  readonly #desired: DesiredModel;
  readonly #excuses: Excuses;
  readonly #truth: Truth;

  constructor(private readonly universe: Universe) {
    this.#desired = DesiredModel.of(universe);
    this.#excuses = new Excuses(universe);
    this.#truth = new Truth(universe);
  }

  /** Why a bake has not ended as it is said to have; undefined: it has, or did not end at a gate. */
  judge(account: string, bake: EndedBake, call: SimCall): string | undefined {
    switch (bake.failure?.class) {
      case 'tests':
        return this.#whyNotFailed(account, bake.id);
      case 'untested':
        return this.#whyTestable(account, bake);
      case 'disapproved':
        return this.#wasRejected(account, bake) ? undefined : 'nobody who may has rejected it';
      case 'approval-expired': {
        const { expiresAtMs = Infinity, approved } = bake.approval ?? {};
        if (approved !== undefined) return `${approved.by} has approved it`;
        const early = expiresAtMs - call.atMs;
        const clock = this.#excuses.struck(account, ['lying-clock'], call.atMs - 60 * minuteMs);
        return early <= 0 || (clock && early < 10 * minuteMs) ? undefined : `it had ${early} ms left`;
      }
      case 'superseded':
        return this.#whyNotSuperseded(account, bake, call);
      default:
        return undefined;
    }
  }

  #whyNotFailed(account: string, bakeId: string): string | undefined {
    const failed = this.#truth
      .tests(account, bakeId)
      .some(({ status, result }) => status === 'FAILED' && result === 'failed');
    return failed ? undefined : 'no check of it has failed';
  }

  #whyTestable(account: string, bake: EndedBake): string | undefined {
    const tests = this.#truth.tests(account, bake.id);
    const settings = this.universe.accounts.find(({ id }) => id === account)!.settings;
    const verdict = tests.find(({ status, result }) => status === 'SUCCEEDED' && result === 'passed');
    const forgot = ['table-restored', 'lying-clock', 'build-twice', 'write-late', 'call-slow'] as const;
    if (verdict !== undefined && !this.#excuses.struck(account, forgot, bake.claimedAtMs))
      return `its test ${verdict.buildId} has passed`;
    if (settings.testProject === undefined || tests.length >= 3) return undefined;
    const isFinal = tests.some(
      ({ status, failureClass }) =>
        status === 'STOPPED' || (status === 'FAILED' && failureClass === 'template'),
    );
    const isLost = this.#excuses.struck(
      account,
      [
        'call-fails-before',
        'call-fails-after',
        'call-throttled',
        'killed',
        'read-stale',
        'table-restored',
        'lying-clock',
        'call-slow',
        'queue-at-once',
      ],
      bake.claimedAtMs,
    );
    return isFinal || isLost ? undefined : `it was tested ${tests.length} times only`;
  }

  #wasRejected(account: string, { id, image, approval }: EndedBake): boolean {
    return this.universe.people.commands.some(({ account: at, event, group, atMs }) => {
      const asked = String(event['image']);
      return (
        at === account &&
        event.command === 'reject' &&
        group === approval?.group &&
        atMs >= (approval?.askedAtMs ?? 0) - 5 * minuteMs &&
        (image === asked || image.startsWith(`${asked}/`)) &&
        (event['bake'] === undefined || event['bake'] === id)
      );
    });
  }

  /** In the same write something newer was claimed; or the image needs it no more: it left bakery.yml, or what it is to be is, or gets, published. */
  #whyNotSuperseded(account: string, bake: EndedBake, call: SimCall): string | undefined {
    if (claims(call).some(({ image }) => image === bake.image)) return undefined;
    const definition = this.#desired.definition(account, bake.image);
    if (definition === undefined) return undefined;
    const record = this.universe.look.ledger(account).records.get(bake.image);
    const nowMs = this.universe.nowMs();
    const current = record?.channels[definition.channels[0]!]?.current;
    if (current !== undefined && this.#desired.dueBecause(account, bake.image, nowMs) === undefined)
      return undefined;
    if (!this.#desired.isDesired(account, bake.image, bake, nowMs)) return undefined;
    return 'it is what is desired still, and nothing took its place';
  }
}

export const gateEndings: Invariant = {
  name,
  says: 'a bake that ends at a gate ends for a reason that is so: a check failed, its tests came to nothing as often as they may, a person of the group rejected it, its time was over, or something newer took its place',
  watch: (universe) => {
    const judge = new Judge(universe);
    const excuses = new Excuses(universe);
    return {
      afterCall: (call) => {
        if (call.ledger.length === 0) return undefined;
        for (const { account, before, bake } of endings(call)) {
          if (before !== undefined || excuses.restored(account, bake.claimedAtMs)) continue;
          const why = judge.judge(account, bake, call);
          if (why !== undefined)
            return broken(
              name,
              `bake ${bake.id} of ${bake.image} ended (${bake.failure?.class}), and ${why}`,
              {
                account,
                bake,
              },
            );
        }
        return undefined;
      },
    };
  },
};

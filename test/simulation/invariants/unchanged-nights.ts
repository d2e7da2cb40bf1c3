import type { EndedBake } from '../../../src/lib/ledger/history';
import type { Published } from '../../../src/lib/lifecycle/channel';
import type { ImageRecord } from '../../../src/lib/lifecycle/image-record';
import type { Invariant, SimCall, Universe, Violation } from '../contract';
import { endings, imageChanges } from './changes';
import { DesiredModel, isAsked } from './desired-model';
import { Excuses } from './excuses';
import { broken } from './violation';
import { Truth } from './world-truth';

const minuteMs = 60_000;
const name = 'unchanged-nights';

/** Two results, as far as this oracle looks: from CodeBuild, EC2 and the pushes, never from what the ledger says of them. */
type Before = Omit<Published, 'sequence'>;

class Judge {
  readonly #truth: Truth;
  readonly #desired: DesiredModel;
  readonly #excuses: Excuses;

  constructor(private readonly universe: Universe) {
    this.#truth = new Truth(universe);
    this.#desired = DesiredModel.of(universe);
    this.#excuses = new Excuses(universe);
  }

  judge(call: SimCall): Violation[] | undefined {
    for (const { account, before: known, bake } of endings(call)) {
      if (known !== undefined || (bake.status !== 'unchanged' && bake.status !== 'ready')) continue;
      if (this.#excuses.restored(account, bake.claimedAtMs)) continue;
      const change = imageChanges(call).find(({ after }) => after?.key === bake.image);
      const { before, after } = change ?? {};
      if (before === undefined || after === undefined) continue;
      const about = { account, bake, before, after };
      const why =
        bake.status === 'unchanged'
          ? this.#whyNotDiscarded(account, bake, before, after)
          : this.#whyNotPublished(account, bake, before);
      if (why !== undefined) return broken(name, `bake ${bake.id} of ${bake.image} ${why}`, about);
    }
    return undefined;
  }

  #whyNotDiscarded(
    account: string,
    bake: EndedBake,
    record: ImageRecord,
    after: ImageRecord,
  ): string | undefined {
    const channel = this.#desired.definition(account, bake.image)?.channels[0] ?? '';
    const was = record.channels[channel]?.current;
    const current = after.channels[channel]?.current;
    const against = [record.ready, was].find((it) => it?.bakeId === bake.equalTo);
    if (against === undefined) return `is equal to ${bake.equalTo}, which is neither published nor ready`;
    if (current?.bakeId !== was?.bakeId || current?.sequence !== was?.sequence) return 'moved the channel';
    const differs = this.#whyDifferent(account, bake, against);
    if (differs !== undefined) return `was discarded although ${differs}`;
    const raised = record.ready?.bakeId === bake.equalTo ? after.ready : current;
    const wanted = Math.max(against.notBefore, bake.notBefore);
    if (raised?.notBefore !== wanted) {
      return `was discarded, and ${bake.equalTo} counts from ${raised?.notBefore}, not from ${wanted}`;
    }
    const gone = this.#truth.whyNotUsable(account, against.amis[this.universe.region] ?? '');
    if (gone === undefined || this.#sawOldAnswer(account, bake)) return undefined;
    // Somebody may take it away at the very moment.
    const { tampering } = this.universe.people;
    if (tampering.some(({ atMs }) => atMs > this.universe.nowMs() - minuteMs)) return undefined;
    return `was discarded, and the AMI of ${bake.equalTo} ${gone}`;
  }

  /** Only of images without gates, whose bakes are judged in the write that publishes them. */
  #whyNotPublished(account: string, bake: EndedBake, record: ImageRecord): string | undefined {
    const definition = this.#desired.definition(account, bake.image);
    if (definition === undefined || record.live?.status !== 'building') return undefined;
    const { test, approval, rebake, channels } = definition;
    if (test !== undefined || approval !== undefined || rebake?.publish !== 'if-changed') return undefined;
    const channel = record.channels[channels[0] ?? ''];
    const { current, pin, moving, blocked } = channel ?? {};
    if (current === undefined || record.ready !== undefined) return undefined;
    if (pin !== undefined || moving !== undefined || blocked !== undefined) return undefined;
    if (bake.notBefore <= current.notBefore) return undefined;
    if (this.#whyDifferent(account, bake, current) !== undefined) return undefined;
    const regions = Object.entries(current.amis);
    if (regions.some(([region, amiId]) => this.#truth.whyNotUsable(account, amiId, region) !== undefined)) {
      return undefined;
    }
    return this.#sawOldAnswer(account, bake) ? undefined : `was published although it is ${current.bakeId}`;
  }

  #sawOldAnswer = (account: string, bake: EndedBake): boolean =>
    this.#excuses.struck(account, ['read-stale', 'lying-clock', 'write-late'], bake.claimedAtMs);

  /** What the world says is different; undefined: the two are known to be equal. */
  #whyDifferent(account: string, bake: EndedBake, before: Before): string | undefined {
    if (isAsked(bake)) return 'a person asked for it';
    if (before.adopted !== undefined) return 'what is published was made elsewhere';
    if (before.image !== bake.image) return `what is published is of ${before.image}`;
    const publish = this.#desired.definition(account, bake.image)?.rebake?.publish;
    if (publish !== 'if-changed') return 'every bake is to be published';
    const now = this.#desired.content(account, bake.image, bake.commitId);
    const then = this.#desired.content(account, before.image, before.commitId);
    if (now === undefined || then === undefined || now !== then) return 'it is made of other things';
    if (bake.baseAmiId !== before.baseAmiId) return 'it is on another base';
    const [made, published] = [this.#told(account, bake.id), this.#told(account, before.bakeId)];
    if (made === undefined || published === undefined) return 'what is installed is not known';
    if (made.base !== published.base) return 'its template chose another base';
    if (made.packages !== published.packages) return 'its packages are others';
    return made.builder === published.builder ? undefined : 'its builder is another';
  }

  /** What the build said that made it; undefined: it left something out. */
  #told(account: string, bakeId: string) {
    const made = this.#truth.builds(account, bakeId).filter(({ status }) => status === 'SUCCEEDED');
    // Of two builds of one bake nobody here knows which one was adopted.
    if (made.length !== 1) return undefined;
    const { packages, builder, amis } = made[0]!;
    if (packages === '' || builder === '') return undefined;
    const { region, look } = this.universe;
    const amiId = amis
      .split(',')
      .find((pair) => pair.startsWith(`${region}:`))
      ?.slice(region.length + 1);
    return { packages, builder, base: look.ami(amiId ?? '')?.image.SourceImageId };
  }
}

/** Nights that changed nothing are discarded, all others are published. */
export const unchangedNights: Invariant = {
  name,
  says: 'a scheduled bake is discarded only where packages, builder, inputs and base are known to be what is published, which then counts from that night and moves nowhere; and where they are, it is',
  watch: (universe) => {
    const judge = new Judge(universe);
    return { afterCall: (call) => (call.ledger.length === 0 ? undefined : judge.judge(call)) };
  },
};

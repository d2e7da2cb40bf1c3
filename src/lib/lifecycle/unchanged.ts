import type { Bake } from './bake';
import type { Channel, Published } from './channel';

export interface UnchangedFacts {
  /** Its AMIs were found to be its own; it has not been tested. */
  bake: Bake;
  /** The image's first channel. */
  channel: Channel | undefined;
  /** What waits for the window. */
  ready: Omit<Published, 'sequence'> | undefined;
  /** Of the image's schedule now; undefined: it has none. */
  publish: 'if-changed' | 'always' | undefined;
  /** What is asked for now. `objectId`: git id of the tests; undefined: not known. */
  gates: { tests?: { objectId: string | undefined }; approval: boolean };
}

/** Whether a bake came to what is published already, and why not. */
export type UnchangedVerdict =
  | { verdict: 'unchanged'; than: 'current' | 'ready' }
  /** The channel moves just now: its bake must not be changed meanwhile. */
  | { verdict: 'wait' }
  | { verdict: 'changed'; why: string };

const changed = (why: string): UnchangedVerdict => ({ verdict: 'changed', why });

/**
 * Whether a bake that only the schedule asked for came to what the channel has, or to what waits for its window. What is
 * not known counts as changed: an image that is published for nothing costs a cascade, one that is withheld an update.
 */
export function judgeUnchanged(facts: UnchangedFacts): UnchangedVerdict {
  const { bake, channel, ready, publish, gates } = facts;
  if (publish !== 'if-changed') return changed('every bake is published');
  if (bake.asked !== undefined) return changed(`${bake.asked.by} asked for it`);
  if (channel?.current === undefined) return changed('nothing is published yet');
  if (channel.pin !== undefined) return changed('the channel is pinned');
  if (channel.blocked !== undefined) return changed('the channel could not be moved');
  // Whatever else waits for the window is not wanted any more.
  const than = ready !== undefined && isMadeOfTheSame(bake, ready) ? 'ready' : 'current';
  const before = than === 'ready' ? ready! : channel.current;
  const why = whyChanged(bake, before, gates);
  if (why !== undefined) return changed(why);
  return channel.moving === undefined ? { verdict: 'unchanged', than } : { verdict: 'wait' };
}

type Before = Omit<Published, 'sequence'>;

const isMadeOfTheSame = (bake: Bake, { contentDigest, baseAmiId }: Before): boolean =>
  contentDigest === bake.contentDigest && baseAmiId === bake.baseAmiId;

function whyChanged(bake: Bake, before: Before, gates: UnchangedFacts['gates']): string | undefined {
  if (before.image !== bake.image) return `what is published is of ${before.image}`;
  if (before.adopted !== undefined) return 'what is published was made elsewhere';
  if (!isMadeOfTheSame(bake, before)) return 'it is made of other inputs, or on another base';
  // A template that chooses its base itself tells of it by its AMI.
  const [base] = bake.ancestry;
  if (base === undefined || base.amiId !== before.ancestry[0]?.amiId) return 'it is on another base';
  if (bake.notBefore <= before.notBefore) return 'its schedule was not what asked for it';
  if (bake.packages === undefined || before.packages === undefined) return 'its packages are not known';
  if (bake.packages.hash !== before.packages.hash) return 'its packages are others';
  if (bake.builder === undefined || before.builder === undefined) return 'its builder is not known';
  if (bake.builder !== before.builder) return 'its builder is another';
  if (gates.tests !== undefined && !hasPassed(before, gates.tests.objectId))
    return 'what is published has not passed the tests of now';
  if (gates.approval && before.approved === undefined) return 'nobody has agreed to what is published';
  return undefined;
}

const hasPassed = ({ tests }: Before, objectId: string | undefined): boolean =>
  objectId !== undefined && tests?.objectId === objectId;

/** What is published, or waits, counts from then on as made in the night that changed nothing. */
export function raised<Some extends Omit<Published, 'sequence'>>(
  before: Some,
  bake: Pick<Bake, 'id' | 'notBefore'>,
  atMs: number,
): Some {
  const times = (before.unchanged?.times ?? 0) + 1;
  return {
    ...before,
    notBefore: Math.max(before.notBefore, bake.notBefore),
    unchanged: { bakeId: bake.id, atMs, times },
  };
}

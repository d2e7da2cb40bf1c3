import type { Bake } from './bake';
import { revocationText, type Revocation } from './revocation';

/** What is known when a person asks to revoke a bake, or to take that back. */
export interface RevokingFacts {
  bakeId: string;
  /** The image that was named with it. */
  wanted?: string;
  found:
    /** `revoked`: it was marked as such while its AMIs were there. */
    | { state: 'ended'; image: string; bake: Pick<Bake, 'status'> & { revoked?: object } }
    | { state: 'running'; image: string; bake: Pick<Bake, 'status'> }
    /** `account/bakery/image/arch`. */
    | { state: 'foreign'; image: string }
    | { state: 'none' };
  /** The revocation of this very bake. */
  own: Revocation | undefined;
  /** A revocation in force that reaches it: its own, or one of what it was built on. */
  reached: Revocation | undefined;
}

export interface NotRevoked {
  why: string;
  remedy: string;
}

/** Statuses of bakes whose AMI somebody may have used. */
const wereReady: readonly string[] = ['ready', 'deprecated', 'disabled', 'deregistered', 'revoked'];

const time = (atMs: number): string => new Date(atMs).toISOString();
const sees = 'see its image with `bakery explain`.';

/** Why a bake cannot be revoked; undefined: nothing is in the way. Of two people the first one's word counts. */
export function whyNotRevoked(facts: RevokingFacts): NotRevoked | undefined {
  const { bakeId, own, reached } = facts;
  const elsewhere = notHere(facts, 'revoke');
  if (elsewhere !== undefined) return elsewhere;
  if (own?.lifted !== undefined) {
    const { by, atMs } = own.lifted;
    const why = `The revocation of bake ${bakeId} was taken back by ${by} at ${time(atMs)}, and what it reached is being restored`;
    return { why, remedy: 'ask again once that is done.' };
  }
  if (own !== undefined) {
    return {
      why: `Bake ${bakeId} was revoked already, by ${own.by} at ${time(own.atMs)}: ${own.why}`,
      remedy: sees,
    };
  }
  if (reached !== undefined) {
    const why = `Bake ${bakeId} is revoked already, with what it was built on: ${revocationText(reached)}`;
    return { why, remedy: sees };
  }
  return undefined;
}

/** Why the revocation of a bake cannot be taken back; undefined: nothing is in the way. */
export function whyNotUndone(facts: RevokingFacts): NotRevoked | undefined {
  const { bakeId, found, own, reached } = facts;
  const elsewhere = notHere(facts, 'unrevoke');
  if (elsewhere !== undefined) return elsewhere;
  if (own?.lifted !== undefined) {
    const { by, atMs } = own.lifted;
    const why = `The revocation of bake ${bakeId} was taken back already, by ${by} at ${time(atMs)}`;
    return { why, remedy: sees };
  }
  if (own === undefined && reached !== undefined) {
    return {
      why: `Bake ${bakeId} is revoked with what it was built on: ${revocationText(reached)}`,
      remedy: 'have that one taken back, where it was revoked.',
    };
  }
  if (own === undefined) return { why: `Bake ${bakeId} is not revoked`, remedy: sees };
  if (found.state === 'ended' && found.bake.status === 'deregistered' && found.bake.revoked !== undefined) {
    return {
      why: `Bake ${bakeId} is deregistered: its AMIs are gone`,
      remedy: `ask for a bake of ${found.image} instead.`,
    };
  }
  return undefined;
}

/** What no bakery can do with a bake that is not its own, or that nobody can have used. */
function notHere({ bakeId, found, wanted }: RevokingFacts, command: string): NotRevoked | undefined {
  switch (found.state) {
    case 'none':
      return {
        why: `${wanted ?? 'This bakery'} has no bake ${bakeId}`,
        remedy: 'name one that `bakery explain` shows, or that stands in the tags of its AMI.',
      };
    case 'foreign': {
      const [account = '', ...name] = found.image.split('/');
      return {
        why: `Bake ${bakeId} of ${name.join('/')} was made by account ${account}: only that account may ${command} it`,
        remedy: 'ask for it there.',
      };
    }
    case 'running':
      return {
        why: `Bake ${bakeId} of ${found.image} is ${found.bake.status}: it was never ready`,
        remedy: 'pause the image, or revoke the bake once it is ready.',
      };
    case 'ended':
      if (wereReady.includes(found.bake.status)) return undefined;
      return {
        why: `Bake ${bakeId} of ${found.image} is ${found.bake.status}: it was never ready`,
        remedy: 'nothing was ever published of it.',
      };
  }
}

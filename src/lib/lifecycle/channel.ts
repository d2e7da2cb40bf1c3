import type { ImageKey, Share } from '../definitions/catalog';
import type { InstantMs } from '../definitions/instant';
import type { Approved } from './approval';
import type { Ancestor, BakeContent } from './bake';
import type { Distribution } from './distribution';
import type { Packages } from './packages';
import type { TestsPassed } from './test-run';
import type { Pin } from './pin';

/** What a channel points at. */
export interface Published extends BakeContent {
  bakeId: string;
  /** The image the bake is of: equal inputs of another image are never reused. */
  image: ImageKey;
  /** Larger than every earlier one of the channel: `max(last + 1, now in ms)`. */
  sequence: number;
  /** By region. */
  amis: Record<string, string>;
  /** By region: the key that the AMI is encrypted with, as bakery.yml calls it. */
  keys?: Record<string, string>;
  /** Whom the bakery gave permissions on the AMIs; what others gave is not in it. */
  granted?: Share;
  ancestry: Ancestor[];
  bakedAtMs: InstantMs;
  /** The tests it has passed; absent: none. */
  tests?: TestsPassed;
  /** Who agreed to it; absent: nobody had to. */
  approved?: Approved;
  /**
   * A person put it there: an AMI that was made elsewhere. What it was made of is not known; hash and base are what was
   * desired at that time.
   */
  adopted?: { by: string; why: string; atMs: InstantMs };
  /** What is installed, and what it was built with; absent: not known. */
  packages?: Packages;
  builder?: string;
  /** Scheduled bakes since then that were equal to it and were discarded: the last one, and how many. */
  unchanged?: { bakeId: string; atMs: InstantMs; times: number };
  /** When the channel's parameters were confirmed; set when the move ends. */
  publishedAtMs?: InstantMs;
}

/**
 * At most one outstanding write per parameter. It is recorded as pending, with a deadline, before it is sent: a 200 proves
 * nothing (aws:ec2:image is validated later), and an answer may get lost. It is confirmed when the value reads back; at
 * the deadline it is read and written again, three times, then given up.
 */
export interface ParameterWrite {
  name: string;
  value: string;
  state: 'pending' | 'confirmed' | 'refused';
  /** Writes recorded so far, the one that is pending included. */
  attempts: number;
  /** When an unconfirmed write is to be read and sent again. */
  deadlineMs: InstantMs;
  refusal?: { code: 'PARAMETER_FOREIGN' | 'PARAMETER_NOT_TAKING' | 'PARAMETER_REFUSED'; why: string };
}

export interface ChannelMove {
  to: Published;
  cause: {
    code:
      | 'published'
      | 'reused'
      | 'amended'
      | 'repaired'
      | 'mirrored'
      | 'adopted'
      | 'rolled-back'
      | 'promoted'
      | 'revoked';
    text: string;
  };
  startedAtMs: InstantMs;
  tagged: boolean;
  /** Launch permissions given in every region. */
  shared: boolean;
  /** Whom permissions are about to be given, recorded before they are. */
  granting?: Share;
  /** Copies that come before everything else; absent: there are none to make. */
  distribution?: Distribution;
  /** By region. */
  parameters: Record<string, ParameterWrite>;
  /** Becomes the channel's when the move ends. */
  policyDigest: string;
}

/** A bake that the channel before has had, and that may come to this one. */
export interface Soaking {
  bakeId: string;
  /** Since when it was published in the channel before. */
  sinceMs: InstantMs;
  contentDigest: string;
  baseAmiId?: string;
  /** It has passed tests. */
  tested?: true;
}

/** What a channel had when nothing good was left for it: it points at nothing, and its parameters are deleted. */
export interface Withdrawn {
  bakeId: string;
  /** Of the announcement that says so. */
  sequence: number;
  /** By region. */
  amis: Record<string, string>;
  by: string;
  why: string;
  atMs: InstantMs;
}

/** A bake that can no longer be promoted, or the one a channel has and whose AMI can no longer be amended. */
export interface Gone {
  bakeId: string;
  /** What EC2 says of its AMI. */
  why: string;
  /** Of what the channel has: the sharing and tags it was to get; others are tried without being asked for. */
  policyDigest?: string;
}

/** A named pointer to a ready bake. */
export interface Channel {
  current?: Published;
  /** Only where there is no `current`. */
  withdrawn?: Withdrawn;
  moving?: ChannelMove;
  /** Sequence of the last announcement sent; below current's: one is owed. */
  announcedSequence: number;
  /** Highest sequence ever given, also to moves that were given up. */
  lastSequence: number;
  /** By region: the parameter that was confirmed last, so that a changed pattern is noticed. */
  parameterNames?: Record<string, string>;
  /** Nothing moves it to another bake but a person, or what releases the pin. */
  pin?: Pin;
  /** Of a further channel: bakes it had before `current`, newest first. The first channel has had every ready one. */
  past?: string[];
  /** Of a further channel: bakes that were in the one before it and may still come, oldest first. */
  soaking?: Soaking[];
  /** Of a further channel: bakes that were to come to it, or be amended in it, when EC2 no longer had their AMI, oldest first. */
  gone?: Gone[];
  /** What the AMI of `current` is shared with, and the tags it carries, as one digest; differs from desired: `amend`. */
  policyDigest?: string;
  /** The channel could not be moved and a person has to look. */
  blocked?: {
    code: NonNullable<ParameterWrite['refusal']>['code'] | 'SHARE_REFUSED' | 'TAGS_REFUSED' | 'COPY_FAILED';
    why: string;
    sinceMs: InstantMs;
    /** Sharing and tags that EC2 refused: others are tried without being asked for. */
    policyDigest?: string;
  };
}

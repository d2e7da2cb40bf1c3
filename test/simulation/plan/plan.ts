import type { FaultKind } from '../contract';
import type { SimCatalog } from './catalog';
import type { Edit } from './edit';

/**
 * Everything that a seed makes happen, said in advance. What comes of it the world decides; leaving an entry out changes
 * none of the others, so that a plan can be made smaller.
 */
export interface Plan {
  seed: number;
  size: 'small' | 'middle' | 'big';
  startMs: number;
  lifeMs: number;
  tickEveryMs: number;
  accounts: PlannedAccount[];
  /** How slow the services are. */
  services: {
    validationMs: number;
    readLagMs: number;
    refuseConcurrentWrites: boolean;
    imageReadyMs: number;
    shareDelayMs: number;
    eventJitterMs: number;
    pageBytes: number;
    longestBuildMs: number;
  };
  copies: CopyWorld;
  /** Builds tell what is installed; `silent`: how likely one does not. Absent: none does. */
  nights?: { silent: number };
  happenings: Happening[];
  /** Old bakes are retired, and somebody uses some of them. */
  retires?: true;
}

/** How EC2 copies AMIs. */
export interface CopyWorld {
  /** Whether there are keys, and anything that is copied. */
  travels: boolean;
  readyMs: number;
  /** Until DescribeImages shows an AMI that was made. */
  showDelayMs: number;
  /** Into a region, of an account. */
  atOnce: number;
  /** Copies that fail, by their number from 1. */
  failing: number[];
}

export interface PlannedAccount {
  id: string;
  bakery: string;
  role: 'bakery' | 'consumer';
  /** Indexes of accounts that it follows. */
  follows: number[];
  maxConcurrentBuilds: number;
  /** The deployment has no project that tests. */
  cannotTest?: true;
  catalog: SimCatalog;
  /** Of a consumer: image, architecture and channel of the accounts it follows. */
  mirrors: {
    bakery: string;
    image: string;
    architecture: 'x86_64' | 'arm64';
    channel: string;
    /** Where another one has its name already. */
    parameter?: string;
  }[];
}

/** Numbers are drawn when the plan is made; what they choose from is looked up when it happens. */
export type Happening = { id: number; atMs: number } & (Life | Fault);

export type Life =
  | { do: 'push'; account: number; edit: Edit }
  | { do: 'vendor-ami'; family: number; architecture: 'x86_64' | 'arm64'; both: boolean }
  | {
      do: 'command';
      account: number;
      command: 'bake' | 'pause' | 'resume' | 'adopt';
      pick: number;
      whole: boolean;
    }
  | {
      do: 'steer';
      account: number;
      command: 'rollback' | 'pin' | 'unpin' | 'promote' | 'approve' | 'reject';
      pick: number;
      /** The only channel, where there is one, need not be named. */
      channel: number;
      until: 'commit' | 'base';
      /** An earlier bake by its id; of a decision the bake that waits, if one does. */
      named: boolean;
      /** People who ask for it at the same moment, or one who asks again. */
      times: number;
      apartMs: number;
    }
  | {
      /** Somebody who looks now and then at what waits for approval, until the world comes to rest. */
      do: 'approver';
      account: number;
      /** Alias of the function `approve`; empty: the function itself. */
      group: string;
      everyMs: number;
      habit: 'approves' | 'rejects' | 'either' | 'twice' | 'with-another';
    }
  /** The vendors bring something out: what is baked from now on has it. */
  | { do: 'packages' }
  /** An account's builds get another Packer. */
  | { do: 'builder'; account: number }
  | {
      do: 'revoke';
      account: number;
      command: 'revoke' | 'unrevoke';
      pick: number;
      /** What a channel has, what ended, what runs, another account's, or none at all. */
      what: 'current' | 'ended' | 'running' | 'foreign' | 'nothing';
      /** People who ask for it at the same moment, or one who asks again. */
      times: number;
      apartMs: number;
    }
  | {
      /** Somebody uses one of the account's AMIs for a while. */
      do: 'refer';
      account: number;
      what: 'instance' | 'template' | 'parameter' | 'configuration' | 'protection';
      pick: number;
      forMs: number;
    }
  | { do: 'quota'; account: number; builds: number }
  | { do: 'redeploy'; account: number; change: 'slots' | 'ceilings-less' | 'ceilings-more'; value: number }
  | { do: 'wrong-template'; account: number; names: 'older' | 'foreign'; times: number }
  | { do: 'newer-schema'; account: number; pick: number; minutes: number }
  | {
      do: 'tamper';
      account: number;
      what:
        | 'parameter'
        | 'parameter-deleted'
        | 'parameter-taken'
        | 'ami-deregistered'
        | 'ami-unshared'
        | 'build-stopped';
      pick: number;
    };

export interface Fault {
  do: 'fault';
  kind: FaultKind;
  account: number;
  /** How often it strikes, from then on. */
  times: number;
  /** The n-th chance to strike is taken first, from 1. */
  nth: number;
  /** The only operation (`SSM.PutParameter`) or function (`upstream`) that it strikes; without one, any. */
  on?: string;
  /** For choices that depend on what is there. */
  pick: number;
  /** Delay, skew, how far back: whatever the kind needs. */
  ms: number;
}

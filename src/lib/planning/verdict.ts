import type { BlockedReason, Decision, WaitReason } from './decision';

export const wait = (reason: WaitReason): Decision => ({ kind: 'wait', reason });
export const blocked = (reason: BlockedReason): Decision => ({ kind: 'blocked', reason });

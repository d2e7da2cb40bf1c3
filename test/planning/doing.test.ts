import type { Decision, WaitReason } from '../../src/lib/planning/decision';
import { doing } from '../../src/lib/planning/order';
import { noon } from './snapshot-builder';

const desired = { inputHash: 'h', contentDigest: 'd', notBefore: 0, ancestry: [] };
const wait = (reason: WaitReason): Decision => ({ kind: 'wait', reason });

describe('what an ancestor is doing: base/arm64 is …', () => {
  it.each<[string, Decision]>([
    ['about to be baked', { kind: 'bake', reason: { code: 'first-bake' }, desired, ancestors: [] }],
    ['about to be published again', { kind: 'reuse' } as Decision],
    ['up to date', { kind: 'current' } as Decision],
    ['up to date', { kind: 'amend' } as Decision],
    ['blocked', { kind: 'blocked', reason: { code: 'removed' } }],
    ['testing', wait({ code: 'baking', bakeId: 'b', status: 'testing' })],
    ['being published', wait({ code: 'publishing', bakeId: 'b', channel: 'stable', pending: [] })],
    ['waiting for a build slot', wait({ code: 'slots', inUse: 1, max: 1, ahead: 0 })],
    ['waiting until CodeBuild starts builds again', wait({ code: 'service-limit', untilMs: noon })],
    ['waiting to be tried again', wait({ code: 'backoff', untilMs: noon, attempt: 2, class: 'spot' })],
    ['waiting for what could not be read (ssm:/x)', wait({ code: 'unknown', what: 'ssm:/x', why: 'no' })],
    ['due, and an earlier bake of it is being looked for', wait({ code: 'reuse-lookup', inputHash: 'h' })],
    ['due, and nothing is baked in observe mode', wait({ code: 'observe', would: 'bake', because: '' })],
    ['paused', wait({ code: 'paused', what: 'bakery', by: 'alice', why: '', atMs: noon })],
    ['waiting for approval', wait({ code: 'approval', bakeId: 'b', group: 'leads', untilMs: noon })],
    [
      'leaving a bake that was revoked',
      wait({ code: 'leaving', image: 'base/arm64', channel: 'stable', bakeId: 'b', revoked: '' }),
    ],
    ['ready, and waits for its window', wait({ code: 'window', bakeId: 'b' })],
    ['waiting for os/arm64', wait({ code: 'promotion', image: 'os/arm64', channel: 'stable' })],
    ['waiting for os/arm64', wait({ code: 'ancestor', image: 'os/arm64', doing: 'building' })],
  ])('%s', (text, decision) => {
    expect(doing(decision)).toBe(text);
  });
});

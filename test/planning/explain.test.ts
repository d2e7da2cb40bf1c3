import { dayMs, hourMs, minuteMs } from '../../src/lib/definitions/instant';
import { explain, explainReason, type Reason } from '../../src/lib/planning/explain';
import { noon } from './snapshot-builder';

/** As many as are named. */
const regions = ['eu-west-1', 'eu-west-2', 'eu-west-3', 'us-east-1', 'us-east-2'];

const sentences: [Reason, string][] = [
  [
    { code: 'up-to-date', amiId: 'ami-0b', bakedAtMs: noon, inputHash: '3f2a3f2a3f2a3f2a' },
    'ami-0b of 2026-11-21 has input hash 3f2a3f2a3f2a…',
  ],
  [
    { code: 'up-to-date-own-base', amiId: 'ami-0b', bakedAtMs: noon, inputHash: '3f2a' },
    'ami-0b of 2026-11-21 has input hash 3f2a; the template chooses its base itself, so a newer base does not make it due',
  ],
  [
    {
      code: 'up-to-date',
      amiId: 'ami-0b',
      bakedAtMs: noon,
      inputHash: '3f2a',
      unchanged: { bakeId: 'b-2', atMs: noon + dayMs, times: 1, packages: 312 },
    },
    'ami-0b of 2026-11-21 has input hash 3f2a; the bake of 2026-11-22 (b-2) was equal to it (312 packages) and was discarded',
  ],
  [
    {
      code: 'up-to-date-own-base',
      amiId: 'ami-0b',
      bakedAtMs: noon,
      inputHash: '3f2a',
      unchanged: { bakeId: 'b-4', atMs: noon + 3 * dayMs, times: 3 },
    },
    'ami-0b of 2026-11-21 has input hash 3f2a; 3 bakes since were equal to it and were discarded, the last on 2026-11-24 (b-4); the template chooses its base itself, so a newer base does not make it due',
  ],
  [
    { code: 'adopted', amiId: 'ami-1', by: 'alice', atMs: noon },
    'ami-1 was adopted by alice on 2026-11-21, and counts as what bakery.yml asked for then',
  ],
  [{ code: 'first-bake' }, 'it has never been published'],
  [
    { code: 'inputs-changed', paths: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], commitId: 'abc' },
    'commit abc changed a, b, c, d, e and 2 more',
  ],
  [{ code: 'definition-changed', commitId: 'abc' }, 'commit abc changed its definition in bakery.yml'],
  [{ code: 'base-moved', from: 'ami-1', to: 'ami-2' }, 'its base moved from ami-1 to ami-2'],
  [{ code: 'base-moved', to: 'ami-2' }, 'its base moved to ami-2'],
  [{ code: 'schedule', firedAtMs: noon }, 'its schedule fired at 2026-11-21 12:00 UTC'],
  [{ code: 'asked', by: 'alice', why: 'openssl' }, 'alice asked for it: openssl'],
  [{ code: 'asked', by: 'alice', why: '' }, 'alice asked for it'],
  [{ code: 'retry', attempt: 2, class: 'spot' }, 'the last attempt failed (spot), this is attempt 2'],
  [
    { code: 'same-inputs', bakeId: 'b-1', amiId: 'ami-1', bakedAtMs: noon },
    'ami-1 of 2026-11-21 (bake b-1) was made of the same inputs on the same base',
  ],
  [
    { code: 'ready-before', bakeId: 'b-1', amiId: 'ami-1', bakedAtMs: noon },
    'ami-1 of 2026-11-21 (bake b-1) has been ready, and the window is open',
  ],
  [{ code: 'policy-changed' }, 'sharing, tags or regions are not what bakery.yml says; that needs no bake'],
  [{ code: 'baking', bakeId: 'b-1', status: 'building' }, 'bake b-1 is building'],
  [{ code: 'baking', bakeId: 'b-1', status: 'testing', attempt: 2 }, 'bake b-1 is testing (attempt 2)'],
  [
    { code: 'publishing', bakeId: 'b-1', channel: 'stable', pending: [] },
    'bake b-1 is being published to stable',
  ],
  [
    { code: 'publishing', bakeId: 'b-1', channel: 'stable', pending: ['/bakery/x'] },
    'bake b-1 is being published to stable; not confirmed yet: /bakery/x',
  ],
  [{ code: 'withdrawn', bakeId: 'b-1' }, 'nothing is published since bake b-1 was revoked'],
  [
    {
      code: 'leaving',
      image: 'base/arm64',
      channel: 'stable',
      bakeId: 'b-1',
      revoked: 'bake b-1 was revoked',
    },
    'base/arm64@stable goes to a good bake: bake b-1 was revoked',
  ],
  [
    { code: 'revoked', revoked: 'bake b-1 of base/arm64 was revoked by alice: openssl' },
    'bake b-1 of base/arm64 was revoked by alice: openssl; another of the same inputs on the same base would be no better, and is baked when inputs, base or schedule move, or when somebody asks',
  ],
  [
    { code: 'pinned-to-nothing', bakeId: 'b-1', by: 'alice', why: 'openssl.', pinnedBy: 'bob' },
    'bake b-1 was revoked by alice: openssl; the pin of bob keeps everything newer out until somebody unpins it',
  ],
  [
    { code: 'no-base-yet', image: 'base/arm64', withdrawn: true },
    'its base base/arm64 has no good bake left and is blocked itself',
  ],
  [{ code: 'ancestor', image: 'base/arm64', doing: 'building' }, 'base/arm64 is building'],
  [
    { code: 'promotion', image: 'base/arm64', channel: 'stable' },
    'nothing of base/arm64 has come to its channel stable yet',
  ],
  [
    { code: 'window', bakeId: 'b-1', opensAtMs: noon + 3 * hourMs },
    'window opens at 2026-11-21 15:00 UTC (in 3 hours); bake b-1 is ready for it',
  ],
  [{ code: 'window', bakeId: 'b-1' }, 'window does not open in the next two weeks; bake b-1 is ready for it'],
  [
    { code: 'approval', bakeId: 'b-1', group: 'leads', untilMs: noon + 3 * hourMs },
    'bake b-1 waits for approval by leads, which expires at 2026-11-21 15:00 UTC (in 3 hours)',
  ],
  [{ code: 'slots', inUse: 4, max: 4, ahead: 0 }, '4 of 4 build slots are in use'],
  [{ code: 'slots', inUse: 4, max: 4, ahead: 1 }, '4 of 4 build slots are in use and 1 image is ahead'],
  [
    { code: 'service-limit', untilMs: noon + minuteMs },
    'CodeBuild refused to start more builds; next try at 2026-11-21 12:01 UTC (in 1 minute)',
  ],
  [
    { code: 'backoff', untilMs: noon + 3 * hourMs, attempt: 2, class: 'spot' },
    'the last attempt failed (spot); attempt 2 follows at 2026-11-21 15:00 UTC (in 3 hours)',
  ],
  [{ code: 'unknown', what: 'ssm:/x', why: 'throttled' }, 'ssm:/x could not be read: throttled'],
  [
    { code: 'observe', would: 'bake', because: 'its schedule fired' },
    'observe mode; otherwise bake: its schedule fired',
  ],
  [
    { code: 'paused', what: 'bakery', by: 'alice', why: 'an incident', atMs: noon },
    'the bakery is paused by alice since 2026-11-21 12:00 UTC: an incident',
  ],
  [
    { code: 'paused', what: 'base/arm64', by: 'alice', why: '', atMs: noon },
    'base/arm64 is paused by alice since 2026-11-21 12:00 UTC',
  ],
  [{ code: 'reuse-lookup', inputHash: '3f2a' }, 'earlier bakes of input hash 3f2a are being looked up'],
  [
    { code: 'failed', class: 'script', count: 3, bakeId: 'b-1', message: 'exit 1.', lines: [] },
    'bake b-1 failed (script, 3 attempts): exit 1; it is tried again when its inputs, base or schedule move, or when somebody asks',
  ],
  [
    { code: 'base', problem: 'BASE_REVOKED', why: 'bake b-9 was revoked' },
    'its base cannot be built on (BASE_REVOKED): bake b-9 was revoked',
  ],
  [
    { code: 'no-base-yet', image: 'base/arm64' },
    'its base base/arm64 has never been published and is blocked itself',
  ],
  [
    { code: 'ancestry-cycle', through: '1/a/b/arm64 (ami-1)' },
    'its base was built on this very image: 1/a/b/arm64 (ami-1)',
  ],
  [
    { code: 'runaway', claims: 7, hours: 24 },
    '7 bakes in 24 hours without a commit, a schedule or a person; it goes on when one of these comes',
  ],
  [
    { code: 'ceiling', asked: ['ap-south-1'], setting: 'ceilings.regions' },
    'the setting ceilings.regions does not allow copies to ap-south-1',
  ],
  [
    { code: 'ceiling', asked: ['alias/other'], setting: 'ceilings.kmsKeys' },
    'the setting ceilings.kmsKeys does not allow the key alias/other',
  ],
  [
    { code: 'ceiling', asked: ['/bakery/'], setting: 'ceilings.parameterPrefixes' },
    'the setting ceilings.parameterPrefixes does not allow parameters under /bakery/',
  ],
  [{ code: 'regions-missing', regions: ['us-east-1'] }, 'it is not in us-east-1 yet; that needs no bake'],
  [
    { code: 'regions-missing', regions: [...regions, 'us-west-2'] },
    `it is not in ${regions.join(', ')} and 1 more yet; that needs no bake`,
  ],
  [
    { code: 'baking', bakeId: 'b-1', status: 'distributing', copies: regions },
    `bake b-1 is distributing to ${regions.join(', ')}`,
  ],
  [
    { code: 'baking', bakeId: 'b-1', status: 'distributing', copies: [...regions, 'us-west-1', 'us-west-2'] },
    `bake b-1 is distributing to ${regions.join(', ')} and 2 more`,
  ],
  [
    {
      code: 'publishing',
      bakeId: 'b-1',
      channel: 'stable',
      pending: [],
      copies: [...regions, 'us-west-1', 'us-west-2'],
    },
    `bake b-1 is being copied to ${regions.join(', ')} and 2 more for stable`,
  ],
  [
    { code: 'ceiling', asked: [...regions, 'us-west-1', 'us-west-2'], setting: 'ceilings.regions' },
    `the setting ceilings.regions does not allow copies to ${regions.join(', ')} and 2 more`,
  ],
  [
    { code: 'baking', bakeId: 'b-1', status: 'distributing', copies: ['us-east-1 (attempt 2)'] },
    'bake b-1 is distributing to us-east-1 (attempt 2)',
  ],
  [
    { code: 'publishing', bakeId: 'b-1', channel: 'stable', pending: [], copies: ['us-east-1'] },
    'bake b-1 is being copied to us-east-1 for stable',
  ],
  [
    { code: 'ceiling', asked: ['leads'], setting: 'approvers' },
    'the setting approvers does not allow approval by leads',
  ],
  [
    { code: 'no-test-project' },
    'its bakes are to be tested, and the setting testProject names no build project for that',
  ],
  [
    { code: 'ceiling', asked: ['account 9'], setting: 'ceilings.shareWith' },
    'the setting ceilings.shareWith does not allow sharing with account 9',
  ],
  [
    { code: 'parameter', why: '/bakery/x is not ours.' },
    'its channel could not be moved: /bakery/x is not ours; a person has to look',
  ],
  [{ code: 'removed' }, 'it is no longer in bakery.yml'],
];

describe('every reason is one plain sentence', () => {
  it.each(sentences)('%o', (reason, sentence) => {
    expect(explainReason(reason, noon)).toBe(sentence);
  });

  it('begins with the decision', () => {
    const reason = { code: 'ancestor', image: 'base-al2023/arm64', doing: 'building' } as const;
    expect(explain({ kind: 'wait', reason }, noon)).toBe('wait: base-al2023/arm64 is building');
  });

  it('tells how far off a time is only where it knows what time it is', () => {
    const reason: Reason = { code: 'service-limit', untilMs: noon + 3 * dayMs };
    expect(explainReason(reason)).toMatch(/2026-11-24 12:00 UTC$/);
    expect(explainReason(reason, noon)).toMatch(/\(in 3 days\)$/);
    expect(explainReason(reason, noon + 4 * dayMs)).toMatch(/UTC$/);
  });
});

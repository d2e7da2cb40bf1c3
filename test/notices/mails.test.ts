import type { FailureClass } from '../../src/lib/lifecycle/bake';
import type { Channel } from '../../src/lib/lifecycle/channel';
import type { Trouble } from '../../src/lib/lifecycle/image-record';
import { bakeFailed } from '../../src/lib/notices/bake-failed';
import { branchMissing } from '../../src/lib/notices/branch-missing';
import { channelBlocked } from '../../src/lib/notices/channel-blocked';
import { commandRefused, imageUnknown } from '../../src/lib/notices/command-refused';
import { composeNotice } from '../../src/lib/notices/compose';
import { definitionsRefused } from '../../src/lib/notices/definitions-refused';
import { imageBlocked } from '../../src/lib/notices/image-blocked';
import { manyLeftovers } from '../../src/lib/notices/many-leftovers';
import { notSharedAgain } from '../../src/lib/notices/not-shared-again';
import { amendmentLost, promotionLost } from '../../src/lib/notices/promotion-lost';
import { runaway } from '../../src/lib/notices/runaway';
import { atMs, bake, commitId, mail } from './mail';

const trouble = (of: Partial<Trouble> = {}): Trouble => ({
  desired: 'h@0',
  count: 3,
  class: 'script',
  message: 'No match for argument: ngnix',
  lines: ['installing', 'No match for argument: ngnix'],
  bakeId: 'b-1',
  atMs,
  ...of,
});

test('a bake that failed', () => {
  expect(mail(bakeFailed(bake, trouble(), 'web-team', atMs))).toBe(
    `id bake-failed:b-1, code BAKE_FAILED, to web-team
web/arm64: bake failed (script)

The bake of web/arm64 failed, 3 times in a row: No match for argument: ngnix

Bake b-1 of commit 4c1f9e0d7b6a58293847566574839201a0b1c2d3, asked for because: commit 4c1f9e0d changed web
Build: bakery-build:1

Its last lines:
  installing
  No match for argument: ngnix

What to do: A provisioner of the template ended with an error. Mend the script and push.

The image published before stays in force. This one is baked again when its inputs, base or schedule move, or when somebody asks: bakery bake web/arm64
`,
  );
});

test('a bake that failed once, before it had a build: neither counted, nor with lines', () => {
  const { buildId: _, ...unbuilt } = bake;
  const failed = trouble({ count: 1, class: 'abandoned', message: 'No build was found.', lines: [] });
  expect(mail(bakeFailed(unbuilt, failed, undefined, atMs))).toBe(
    `id bake-failed:b-1, code BAKE_FAILED, to everybody
web/arm64: bake failed (abandoned)

The bake of web/arm64 failed: No build was found.

Bake b-1 of commit 4c1f9e0d7b6a58293847566574839201a0b1c2d3, asked for because: commit 4c1f9e0d changed web

What to do: CodeBuild never started the build. Look at its project and quotas.

The image published before stays in force. This one is baked again when its inputs, base or schedule move, or when somebody asks: bakery bake web/arm64
`,
  );
});

/** What a remedy has to name, or it helps nobody. */
test.each<[FailureClass, RegExp]>([
  ['capacity', /instance type or subnet/],
  ['throttle', /maxConcurrentBuilds/],
  ['spot', /on demand/],
  ['network', /proxy/],
  ['script', /provisioner/],
  ['template', /Packer refused/],
  ['unknown', /its log/],
  ['fault', /CodeBuild had trouble/],
  ['stopped', /Somebody stopped/],
  ['timed-out', /timeoutMinutes/],
  ['rejected', /Compare the ids/],
  ['abandoned', /project and quotas/],
  ['copy', /brought into its regions.* key .* quotas/],
  ['tests', /Mend the image, or the check/],
  ['untested', /docs\/tests\.md/],
  ['disapproved', /Mend what was wrong/],
  ['approval-expired', /approval\.expires/],
  ['superseded', /something newer took its place/],
  ['revoked', /baked anew on what is good/],
])('the remedy of %s names what to look at', (failure, names) => {
  expect(bakeFailed(bake, trouble({ class: failure }), undefined, atMs).text).toMatch(
    new RegExp(`What to do: .*${names.source}`),
  );
});

test.each<[FailureClass, string]>([
  ['tests', 'failed'],
  ['superseded', 'failed'],
  ['disapproved', 'was not published'],
  ['approval-expired', 'was not published'],
])('of what ended as %s it is said that it %s', (failure, ended) => {
  const { subject, text } = bakeFailed(bake, trouble({ class: failure }), undefined, atMs);
  expect(subject).toBe(`web/arm64: bake ${ended} (${failure})`);
  expect(text).toMatch(new RegExp(`^The bake of web/arm64 ${ended}, 3 times`));
});

const problem = {
  code: 'UNKNOWN_BASE',
  severity: 'error' as const,
  message: 'There is no image base-al2032.',
  fix: 'Name an image of this file.',
  path: 'images.web.base',
  line: 12,
  column: 5,
};

test('a bakery.yml that is not valid: errors are counted, warnings are listed with them', () => {
  const problems = [
    problem,
    { ...problem, line: 14 },
    { ...problem, line: 20, severity: 'warning' as const },
  ];
  const refused = { commitId, problems, inForceCommitId: 'b7d2c4e6' };
  expect(mail(definitionsRefused(refused, 'platform-team', atMs))).toBe(
    `id definitions-refused:4c1f9e0d7b6a58293847566574839201a0b1c2d3, code DEFINITIONS_REFUSED, to platform-team
bakery.yml of commit 4c1f9e0d is not valid: 2 errors

bakery.yml of commit 4c1f9e0d7b6a58293847566574839201a0b1c2d3 is not valid and is not followed.

bakery.yml:12:5 error UNKNOWN_BASE There is no image base-al2032. Name an image of this file.
bakery.yml:14:5 error UNKNOWN_BASE There is no image base-al2032. Name an image of this file.
bakery.yml:20:5 warning UNKNOWN_BASE There is no image base-al2032. Name an image of this file.

Commit b7d2c4e6 stays in force.

What to do: mend it and push.
`,
  );
});

test('the first bakery.yml, not valid: nothing is in force', () => {
  const refused = { commitId, problems: [problem], inForceCommitId: undefined };
  const { subject, text } = definitionsRefused(refused, undefined, atMs);
  expect(subject).toBe('bakery.yml of commit 4c1f9e0d is not valid: 1 error');
  expect(text).toContain('\n\nThere is no earlier valid commit: nothing is baked until there is one.\n\n');
});

test('a channel that cannot be moved', () => {
  const blocked = { code: 'PARAMETER_FOREIGN' as const, why: '/bakery/web is not ours.', sinceMs: 5 };
  expect(mail(channelBlocked('web/arm64', 'stable', blocked, 'web-team', atMs))).toBe(
    `id channel-blocked:web/arm64@stable:PARAMETER_FOREIGN:5, code PARAMETER_FOREIGN, to web-team
web/arm64@stable: cannot be published (PARAMETER_FOREIGN)

Channel stable of web/arm64 cannot be moved: /bakery/web is not ours.

What to do: The parameter was not made by this bakery. Delete it, or choose another parameterPattern in the settings.

The image published before stays in force, and nothing is overwritten.
`,
  );
});

test.each<[NonNullable<Channel['blocked']>['code'], string[]]>([
  ['PARAMETER_NOT_TAKING', ['did not keep it', 'ec2:DescribeImages']],
  ['PARAMETER_REFUSED', ['ssm:PutParameter', 'ask for a bake']],
  ['TAGS_REFUSED', ['refused the tags', 'ec2:CreateTags']],
  ['COPY_FAILED', ['copied into one of its regions', 'the key exists there', 'quotas of that region']],
  ['SHARE_REFUSED', ['refused the launch permissions', 'a key that can be shared', 'ask for a bake']],
])('the remedy of %s names %j', (code, names) => {
  const { text } = channelBlocked('web/arm64', 'stable', { code, why: '', sinceMs: 5 }, undefined, atMs);
  for (const name of names) expect(text).toContain(name);
});

test('an image that is blocked', () => {
  const blocked = { code: 'base', explained: 'ami-1 is not visible to this account', sinceMs: 5 };
  expect(mail(imageBlocked('web/arm64', blocked, 'web-team', atMs))).toBe(
    `id image-blocked:web/arm64:base:5, code IMAGE_BLOCKED, to web-team
web/arm64: blocked (base)

web/arm64 is not baked: ami-1 is not visible to this account

What to do: Correct the base in bakery.yml, or have its owner share the AMI with this account.

The image published before stays in force. The block ends by itself as soon as its reason does.
`,
  );
});

test.each([
  ['ancestry-cycle', 'Break the circle'],
  ['ceiling', 'ceilings in the settings'],
  ['parameter', 'the notice of the channel'],
])('the remedy of %s says: %s', (code, remedy) => {
  const { text } = imageBlocked('web/arm64', { code, explained: '', sinceMs: 5 }, undefined, atMs);
  expect(text).toContain(remedy);
});

test('a block that there is no advice for gives none', () => {
  const { text } = imageBlocked('web/arm64', { code: 'new', explained: 'so', sinceMs: 5 }, undefined, atMs);
  expect(text).toBe(
    'web/arm64 is not baked: so\n\nThe image published before stays in force. The block ends by itself as soon as its reason does.',
  );
});

test('a runaway', () => {
  const claims = [
    { atMs, cause: 'base-moved' },
    { atMs: atMs + 60_000, cause: 'retry' },
  ];
  expect(mail(runaway('web/arm64', { claims, hours: 24 }, 'web-team', atMs))).toBe(
    `id runaway:web/arm64:20778, code RUNAWAY, to web-team
web/arm64: baked 2 times in 24 hours, stopped

web/arm64 was baked 2 times in 24 hours without a commit, a schedule or a person asking. Something it is built on keeps moving, perhaps because of these very bakes.

The bakes:
  2026-11-21T02:41:00.000Z base-moved
  2026-11-21T02:42:00.000Z retry

What to do: find what moves its base. A commit, the schedule or \`bakery bake web/arm64\` lifts the block.
`,
  );
});

test('a branch that has gone, and one that never was', () => {
  const missing = { repo: 'golden-images', branch: 'main', lastCommitId: commitId };
  expect(mail(branchMissing(missing, atMs))).toBe(
    `id branch-missing:golden-images:main:4c1f9e0d7b6a58293847566574839201a0b1c2d3, code BRANCH_MISSING, to everybody
Branch main of golden-images does not exist

Repository golden-images has no branch main.

Commit 4c1f9e0d7b6a58293847566574839201a0b1c2d3, the last one seen on it, stays in force.

What to do: push the branch, or name another one in the settings (repo.branch).
`,
  );
  const never = branchMissing({ ...missing, lastCommitId: undefined }, atMs);
  expect(never.id).toBe('branch-missing:golden-images:main:never');
  expect(never.text).toContain('\n\nNothing is baked until there is one.\n\n');
});

describe('a command that is refused', () => {
  const command = { id: 'c-1', command: 'bake', image: 'wbe', by: 'carol', why: 'CVE' };

  test('for an image that is not there', () => {
    expect(mail(commandRefused(command, imageUnknown('wbe', ['web/arm64', 'web/x86_64']), atMs))).toBe(
      `id command-refused:c-1, code COMMAND_REFUSED, to everybody
Refused: bake wbe

carol asked for "bake wbe" (CVE). bakery.yml has no image wbe. Nothing was changed.

It has:
  web/arm64
  web/x86_64

What to do: ask again with one of these names, or add the image to bakery.yml.
`,
    );
  });

  const refusal = { why: 'because', remedy: 'ask later.' };
  test.each<[string, object, string]>([
    ['for the whole bakery', { image: undefined }, 'carol asked for "bake the bakery" (CVE). because.'],
    ['without a reason', { why: '' }, 'carol asked for "bake wbe". because.'],
    ['of a channel', { channel: 'stable' }, 'carol asked for "bake wbe stable" (CVE). because.'],
    [
      'of a bake',
      { command: 'revoke', image: undefined, bake: 'b-1' },
      'carol asked for "revoke bake b-1" (CVE). because.',
    ],
    ['with an AMI', { amiId: 'ami-1' }, 'carol asked for "bake wbe ami-1" (CVE). because.'],
  ])('%s', (_, change, begin) => {
    const { text } = commandRefused({ ...command, ...change }, refusal, atMs);
    expect(text).toBe(`${begin} Nothing was changed.\n\nWhat to do: ask later.`);
  });

  test.each<[number, number, string]>([
    [50, 50, '  i49/arm64'],
    [51, 51, '  and 1 more'],
    [80, 51, '  and 30 more'],
  ])('of %i images it lists %i lines, the last one "%s"', (images, lines, last) => {
    const names = Array.from({ length: images }, (_, index) => `i${index}/arm64` as const);
    const { details = '' } = imageUnknown('wbe', names);
    const [, ...listed] = details.split('\n');
    expect([listed.length, listed.at(-1)]).toEqual([lines, last]);
  });
});

test('more leftovers than the janitor removes unasked', () => {
  const lines = ['i-1 of b-1', 'i-2 of b-1', 'ami-3 of b-2'];
  expect(mail(manyLeftovers({ bakery: 'platform', most: 2, lines }, atMs))).toBe(
    `id many-leftovers:platform, code MANY_LEFTOVERS, to everybody
platform: 3 leftovers of builds, nothing removed

The janitor of platform found 3 leftovers of builds. It removes at most 2 in one run without being asked, and has removed none of them.

  i-1 of b-1
  i-2 of b-1
  and 1 more

What to do: look at them with bakery janitor --dry-run. If they may go: bakery janitor --most 3
`,
  );
  const { text } = manyLeftovers({ bakery: 'platform', most: 3, lines }, atMs);
  expect(text).toContain('  ami-3 of b-2\n\nWhat to do');
});

describe('what SNS and the ledger take', () => {
  const compose = (subject: string, ...paragraphs: (string | undefined)[]) =>
    composeNotice({ id: 'i', code: 'C', subject, paragraphs, atMs });

  test.each([
    ['a hundred characters', 'x'.repeat(100), 'x'.repeat(100)],
    ['one more', 'x'.repeat(101), `${'x'.repeat(97)}...`],
    ['what is not ASCII', 'Größe…', 'Gr e'],
    ['lines', 'one\ntwo', 'one two'],
  ])('a subject of %s', (_, subject, taken) => {
    expect(compose(subject).subject).toBe(taken);
  });

  test.each([
    [8_000, 'x'.repeat(8_000)],
    [8_001, `${'x'.repeat(8_000)}\n(… 1 more characters)`],
    [9_500, `${'x'.repeat(8_000)}\n(… 1500 more characters)`],
  ])('a text of %i characters', (length, taken) => {
    expect(compose('s', 'x'.repeat(length)).text).toBe(taken);
  });

  test('paragraphs that are absent or empty leave no gap', () => {
    expect(compose('s', 'one', undefined, '', 'two').text).toBe('one\n\ntwo');
  });
});

test('a bake that can no longer be amended', () => {
  const gone = { bakeId: 'b-1', why: 'ami-1 of bake b-1 is gone', policyDigest: 'd-1' };
  expect(mail(amendmentLost('web/arm64', 'stable', gone, 'web-team', atMs))).toBe(
    `id amendment-lost:web/arm64@stable:b-1:d-1, code AMENDMENT_LOST, to web-team
web/arm64@stable: bake b-1 cannot be amended

Sharing, tags or regions of bake b-1 of web/arm64 were to change in stable, and cannot: ami-1 of bake b-1 is gone.

stable still points to it. The next bake comes to it as usual; to have one now: bakery bake web/arm64
`,
  );
});

test('a bake that can no longer be promoted', () => {
  const gone = { bakeId: 'b-1', why: 'ami-1 of bake b-1 is gone: EC2 does not show it in eu-west-1' };
  expect(mail(promotionLost('web/arm64', 'stable', gone, 'web-team', atMs))).toBe(
    `id promotion-lost:web/arm64@stable:b-1, code PROMOTION_LOST, to web-team
web/arm64@stable: bake b-1 cannot be promoted

Bake b-1 of web/arm64 was to come to stable, and cannot: ami-1 of bake b-1 is gone: EC2 does not show it in eu-west-1.

stable keeps what it has. The next bake comes to it as usual; to have one now: bakery bake web/arm64
`,
  );
});

test('a bake that is in use again, and that EC2 refuses to share again', () => {
  expect(mail(notSharedAgain('web/arm64', 'b-1', 'the snapshot is encrypted.', 'web-team', atMs))).toBe(
    `id not-shared-again:web/arm64:b-1, code SHARE_REFUSED, to web-team
web/arm64: bake b-1 is not shared again

Bake b-1 of web/arm64 is in use again, because its revocation was taken back, and EC2 refuses to share it as before: the snapshot is encrypted.

What to do: share it by hand where it is still launched from, or have a new one: bakery bake web/arm64
`,
  );
});

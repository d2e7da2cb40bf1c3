import type { Bake, FailureClass } from '../../src/lib/lifecycle/bake';
import type { Notice, Trouble } from '../../src/lib/lifecycle/image-record';
import { bakeFailed } from '../../src/lib/notices/bake-failed';
import { branchMissing } from '../../src/lib/notices/branch-missing';
import { channelBlocked } from '../../src/lib/notices/channel-blocked';
import { commandRefused, imageUnknown } from '../../src/lib/notices/command-refused';
import { composeNotice } from '../../src/lib/notices/compose';
import { definitionsRefused } from '../../src/lib/notices/definitions-refused';
import { imageBlocked } from '../../src/lib/notices/image-blocked';
import { runaway } from '../../src/lib/notices/runaway';

const atMs = Date.parse('2026-11-21T02:41:00Z');
const commitId = '4c1f9e0d7b6a58293847566574839201a0b1c2d3';
const bake: Bake = {
  id: 'b-1',
  image: 'web/arm64',
  status: 'failed',
  inputHash: 'h',
  contentDigest: 'd',
  notBefore: 0,
  commitId,
  inputs: [],
  ancestry: [],
  cause: { code: 'inputs-changed', text: 'commit 4c1f9e0d changed web' },
  claimedAtMs: atMs,
  slot: 0,
  request: {
    projectName: 'p',
    sourceVersion: commitId,
    idempotencyToken: 'b-1',
    timeoutInMinutes: 60,
    environment: {},
  },
  buildId: 'p:1',
};
const trouble = (failure: FailureClass): Trouble => ({
  desired: 'h@0',
  count: 3,
  class: failure,
  message: 'Build p:1 failed: No match for argument: ngnix',
  lines: ['installing', 'No match for argument: ngnix'],
  bakeId: 'b-1',
  atMs,
});

const classes: FailureClass[] = [
  'capacity',
  'throttle',
  'spot',
  'network',
  'script',
  'template',
  'unknown',
  'fault',
  'stopped',
  'timed-out',
  'rejected',
  'abandoned',
];
test.each(classes)('a bake that failed (%s): what happened, the last lines, what to do', (failure) => {
  const notice = bakeFailed(bake, trouble(failure), 'web-team', atMs);
  expect(notice).toMatchObject({
    id: 'bake-failed:b-1',
    code: 'BAKE_FAILED',
    target: 'web-team',
    subject: `web/arm64: bake failed (${failure})`,
    atMs,
  });
  expect(notice.text).toContain('3 times in a row');
  expect(notice.text).toContain('  No match for argument: ngnix');
  expect(notice.text).toMatch(/What to do: [A-Z].{20,}/);
  expect(notice.text).toContain('bakery bake web/arm64');
});

test('a bakery.yml that is not valid: all its problems, and what stays in force', () => {
  const problem = {
    code: 'UNKNOWN_BASE',
    severity: 'error' as const,
    message: 'There is no image base-al2032.',
    fix: 'Name an image of this file.',
    path: 'images.web.base',
    line: 12,
    column: 5,
    suggestion: 'base-al2023',
  };
  const problems = [problem, { ...problem, line: 20, severity: 'warning' as const }];
  const notice = definitionsRefused({ commitId, problems, inForceCommitId: 'b7d2c4e6' }, undefined, atMs);
  expect(notice.subject).toBe('bakery.yml of commit 4c1f9e0d is not valid: 1 error');
  expect(notice.text).toContain(
    'bakery.yml:12:5 error UNKNOWN_BASE There is no image base-al2032. Did you mean',
  );
  expect(notice.text).toContain('bakery.yml:20:5 warning');
  expect(notice.text).toContain('b7d2c4e6 stays in force');
  expect(
    definitionsRefused({ commitId, problems, inForceCommitId: undefined }, undefined, atMs).text,
  ).toContain('nothing is baked');
});

test.each(['PARAMETER_FOREIGN', 'PARAMETER_NOT_TAKING', 'SHARE_REFUSED'] as const)(
  'a channel that cannot be moved: %s',
  (code) => {
    const notice = channelBlocked(
      'web/arm64',
      'stable',
      { code, why: 'because', sinceMs: 5 },
      undefined,
      atMs,
    );
    expect(notice).toMatchObject({ code, id: `channel-blocked:web/arm64@stable:${code}:5` });
    expect(notice.text).toMatch(/because\n\nWhat to do: .{20,}/);
  },
);

test('an image that is blocked, told once for as long as the block lasts', () => {
  const blocked = { code: 'base', explained: 'ami-1 is not visible to this account', sinceMs: 5 };
  const first = imageBlocked('web/arm64', blocked, 'web-team', atMs);
  expect(first.text).toContain('ami-1 is not visible');
  expect(first.text).toContain('What to do');
  expect(imageBlocked('web/arm64', blocked, 'web-team', atMs + 1).id).toBe(first.id);
  expect(imageBlocked('web/arm64', { ...blocked, sinceMs: 6 }, 'web-team', atMs).id).not.toBe(first.id);
});

test('a runaway lists its bakes', () => {
  const claims = [{ atMs, cause: 'base-moved' }];
  expect(runaway('web/arm64', { claims, hours: 24 }, undefined, atMs).text).toContain(
    '2026-11-21T02:41:00.000Z base-moved',
  );
});

test('a command for an image that is not there lists those that are, up to fifty', () => {
  const command = { id: 'c-1', command: 'bake', image: 'wbe', by: 'carol', why: 'CVE' };
  const told = (images: `${string}/arm64`[]) =>
    commandRefused(command, imageUnknown('wbe', images), atMs).text;
  expect(told(['web/arm64'])).toContain('  web/arm64');
  expect(told(['web/arm64'])).toContain('carol asked for "bake wbe" (CVE). bakery.yml has no image wbe.');
  const many = Array.from({ length: 60 }, (_, index) => `i${index}/arm64` as const);
  expect(told(many)).toContain('and 10 more');
  expect(told([])).toContain('no images at all');
});

test('a branch that has gone', () => {
  const missing = { repo: 'golden-images', branch: 'main', lastCommitId: commitId };
  expect(branchMissing(missing, atMs).text).toContain(`${commitId}, the last one seen on it, stays in force`);
  expect(branchMissing({ ...missing, lastCommitId: undefined }, atMs).text).toContain('Nothing is baked');
});

test('a subject is a line that SNS takes', () => {
  const subjectOf = (subject: string): Notice['subject'] =>
    composeNotice({ id: 'i', code: 'C', subject, paragraphs: [], atMs }).subject;
  expect(subjectOf('Grüße\nund mehr')).toBe('Gr e und mehr');
  expect(subjectOf('x'.repeat(200))).toBe(`${'x'.repeat(97)}...`);
});

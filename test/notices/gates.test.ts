import type { Bake } from '../../src/lib/lifecycle/bake';
import type { Revocation } from '../../src/lib/lifecycle/revocation';
import { approvalWanted } from '../../src/lib/notices/approval';
import { leftRevoked } from '../../src/lib/notices/left-revoked';
import { nothingLeft, parametersAnew } from '../../src/lib/notices/way-out';
import { atMs, bake, mail } from './mail';

describe('a bake that waits for approval', () => {
  const approval = { group: 'leads', askedAtMs: atMs, expiresAtMs: Date.parse('2026-11-22T02:41:30Z') };
  const checked = (...statuses: string[]): Bake => ({
    ...bake,
    amis: { 'eu-west-1': 'ami-1', 'us-east-1': 'ami-2' },
    tests: { checks: statuses.map((status) => ({ name: 'a.sh', status, ms: 1 })) } as Bake['tests'],
  });

  test('is told with all that it takes to decide', () => {
    expect(mail(approvalWanted(checked('passed', 'skipped', 'passed'), approval, 'leads-list', atMs))).toBe(
      `id approval-wanted:b-1, code APPROVAL_WANTED, to leads-list
web/arm64: waits for approval by leads

A new AMI of web/arm64 waits for approval by leads. Without it, it is rejected at 2026-11-22 02:41 UTC.

Bake b-1 of commit 4c1f9e0d7b6a58293847566574839201a0b1c2d3, asked for because: commit 4c1f9e0d changed web
AMI: ami-1 (eu-west-1)
AMI: ami-2 (us-east-1)

It has passed 2 checks.

To publish it:   bakery approve b-1 --why "…"
To turn it down: bakery reject b-1 --why "…"

A newer commit, base or schedule takes its place.
`,
    );
  });

  test('and once more, as another notice', () => {
    const { id, code, subject } = approvalWanted(bake, approval, undefined, atMs, true);
    expect({ id, code, subject }).toEqual({
      id: 'approval-reminder:b-1',
      code: 'APPROVAL_REMINDER',
      subject: 'web/arm64: still waits for approval by leads',
    });
  });

  test.each<[string, Bake, string]>([
    ['no tests', { ...bake, amis: { 'eu-west-1': 'ami-1' } }, 'It was not tested.'],
    ['no check that passed', checked('skipped'), 'It has passed 0 checks.'],
    ['one check that passed', checked('passed', 'skipped'), 'It has passed 1 check.'],
  ])('with %s', (_, of, said) => {
    expect(approvalWanted(of, approval, undefined, atMs).text.split('\n\n')[2]).toBe(said);
  });
});

describe('a channel that has left what was revoked', () => {
  const revocation: Revocation = {
    version: 1,
    bakeId: 'b-1',
    image: '111111111111/platform/web/arm64',
    by: 'alice',
    why: 'openssl is broken.',
    atMs,
    origin: { kind: 'person', commandId: 'c-1' },
  };
  const left = { image: 'web/arm64', channel: 'stable', from: 'b-1' } as const;

  test('and gone to an earlier bake', () => {
    expect(mail(leftRevoked({ ...left, to: 'b-0' }, revocation, 'web-team', atMs))).toBe(
      `id revoked:web/arm64@stable:b-1:111111111111/platform#b-1, code REVOKED, to web-team
web/arm64@stable: bake b-1 was revoked

Bake b-1 of platform/web/arm64 was revoked by alice: openssl is broken.

Channel stable goes to the last good bake, b-0. What is built on it follows.

AMIs of bake b-1 are unshared and disabled; instances that run stay. What to do: replace instances that were started from them.
`,
    );
  });

  describe('and SSM refused the parameters of the good one', () => {
    const refused = {
      ...left,
      to: 'b-0',
      deleted: ['/bakery/web/arm64/stable', '/bakery/us/web/arm64/stable'],
      why: '/bakery/web/arm64/stable was refused 3 times: its oldest version has a label',
    };

    test('they are made anew', () => {
      expect(mail(parametersAnew(refused, 'web-team', atMs))).toBe(
        `id parameters-anew:web/arm64@stable:b-1:b-0, code PARAMETERS_ANEW, to web-team
web/arm64@stable: its parameters are made anew

Channel stable of web/arm64 leaves bake b-1, which was revoked, and SSM refused to write bake b-0: /bakery/web/arm64/stable was refused 3 times: its oldest version has a label

So that nobody goes on starting b-1, these parameters were deleted and are created again with b-0: /bakery/web/arm64/stable, /bakery/us/web/arm64/stable. Labels and earlier versions are gone with them; until they are created, launches that resolve them fail.

What to do: put labels back where you need them. A parameter keeps 100 versions, and SSM drops none that carries a label.
`,
      );
    });

    test('and could not be created either', () => {
      expect(mail(nothingLeft(refused, undefined, atMs))).toBe(
        `id nothing-left:web/arm64@stable:b-1:b-0, code REVOKED, to everybody
web/arm64@stable: points at nothing, bake b-1 was revoked

Channel stable of web/arm64 leaves bake b-1, which was revoked, and SSM refused to create its parameters with bake b-0: /bakery/web/arm64/stable was refused 3 times: its oldest version has a label

The channel points at nothing now, and these parameters do not exist, unless somebody else made them: /bakery/web/arm64/stable, /bakery/us/web/arm64/stable.

What to do: see whether the role of the function may call ssm:PutParameter on those names, then ask for a bake: bakery bake web/arm64
`,
      );
    });
  });

  test('with what it was built on, and there is nothing to go to', () => {
    const base = { ...revocation, bakeId: 'b-9', image: '111111111111/platform/base/arm64' };
    expect(mail(leftRevoked(left, base, undefined, atMs))).toBe(
      `id revoked:web/arm64@stable:b-1:111111111111/platform#b-9, code REVOKED, to everybody
web/arm64@stable: nothing is left, bake b-1 was revoked

Bake b-9 of platform/base/arm64 was revoked by alice: openssl is broken. Bake b-1 of web/arm64 was baked on it.

There is no good bake of web/arm64 before it: the parameters of stable are deleted, and nothing is published until there is one.

AMIs of bake b-1 are unshared and disabled; instances that run stay. What to do: replace instances that were started from them.

The image is baked again when its inputs, base or schedule move, or when somebody asks: bakery bake web/arm64
`,
    );
  });
});

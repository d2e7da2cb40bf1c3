import type { BakeStatus } from '../../src/lib/lifecycle/bake';
import type { Revocation } from '../../src/lib/lifecycle/revocation';
import { whyNotRevoked, whyNotUndone, type RevokingFacts } from '../../src/lib/lifecycle/revoking';

const at = '2026-11-21T12:00:00.000Z';
const own = (change: Partial<Revocation> = {}): Revocation => ({
  version: 1,
  bakeId: 'b-2',
  image: '111111111111/platform/web/arm64',
  by: 'alice',
  why: 'openssl',
  atMs: Date.parse(at),
  origin: { kind: 'person', commandId: 'c-1' },
  ...change,
});
const above = own({ bakeId: 'b-1', image: '111111111111/platform/base/arm64' });
const lifted = own({ lifted: { by: 'bob', why: 'a mistake', atMs: Date.parse(at) } });
const ended = (status: BakeStatus, more: { revoked?: object } = {}): RevokingFacts['found'] => ({
  state: 'ended',
  image: 'web/arm64',
  bake: { status, ...more },
});
const facts = (change: Partial<RevokingFacts> = {}): RevokingFacts => ({
  bakeId: 'b-2',
  found: ended('ready'),
  own: undefined,
  reached: undefined,
  ...change,
});
const sees = 'see its image with `bakery explain`.';

describe('revoking', () => {
  test.each<BakeStatus>(['ready', 'deprecated', 'disabled', 'deregistered'])(
    'a bake that is %s is nothing to refuse',
    (status) => {
      expect(whyNotRevoked(facts({ found: ended(status) }))).toBeUndefined();
    },
  );

  test.each<[string, Partial<RevokingFacts>, string, string]>([
    [
      'a bake that nobody knows',
      { found: { state: 'none' } },
      'This bakery has no bake b-2',
      'name one that `bakery explain` shows, or that stands in the tags of its AMI.',
    ],
    [
      'a bake of another image',
      { found: { state: 'none' }, wanted: 'batch' },
      'batch has no bake b-2',
      'name one that `bakery explain` shows, or that stands in the tags of its AMI.',
    ],
    [
      "another account's bake",
      { found: { state: 'foreign', image: '222222222222/tools/base/arm64' } },
      'Bake b-2 of tools/base/arm64 was made by account 222222222222: only that account may revoke it',
      'ask for it there.',
    ],
    [
      'a bake that runs',
      { found: { state: 'running', image: 'web/arm64', bake: { status: 'testing' } } },
      'Bake b-2 of web/arm64 is testing: it was never ready',
      'pause the image, or revoke the bake once it is ready.',
    ],
    [
      'a bake that failed',
      { found: ended('failed') },
      'Bake b-2 of web/arm64 is failed: it was never ready',
      'nothing was ever published of it.',
    ],
    [
      'what is revoked already',
      { own: own(), reached: own() },
      `Bake b-2 was revoked already, by alice at ${at}: openssl`,
      sees,
    ],
    [
      'what is revoked with its base',
      { reached: above },
      'Bake b-2 is revoked already, with what it was built on: bake b-1 of platform/base/arm64 was revoked by alice: openssl',
      sees,
    ],
    [
      'what is being restored',
      { own: lifted },
      `The revocation of bake b-2 was taken back by bob at ${at}, and what it reached is being restored`,
      'ask again once that is done.',
    ],
  ])('%s is refused', (_, change, why, remedy) => {
    expect(whyNotRevoked(facts(change))).toEqual({ why, remedy });
  });
});

describe('taking it back', () => {
  test.each<[string, RevokingFacts['found']]>([
    ['marked', ended('revoked', { revoked: {} })],
    ['not marked yet', ended('ready')],
    ['deregistered before it was revoked', ended('deregistered')],
  ])('a bake that is revoked and %s is nothing to refuse', (_, found) => {
    expect(whyNotUndone(facts({ found, own: own(), reached: own() }))).toBeUndefined();
  });

  test.each<[string, Partial<RevokingFacts>, string, string]>([
    ['what is not revoked', {}, 'Bake b-2 is not revoked', sees],
    [
      'a bake that nobody knows',
      { found: { state: 'none' } },
      'This bakery has no bake b-2',
      'name one that `bakery explain` shows, or that stands in the tags of its AMI.',
    ],
    [
      "another account's bake",
      { found: { state: 'foreign', image: '222222222222/tools/base/arm64' } },
      'Bake b-2 of tools/base/arm64 was made by account 222222222222: only that account may unrevoke it',
      'ask for it there.',
    ],
    [
      'what is revoked with its base',
      { reached: above },
      'Bake b-2 is revoked with what it was built on: bake b-1 of platform/base/arm64 was revoked by alice: openssl',
      'have that one taken back, where it was revoked.',
    ],
    [
      'what was taken back',
      { own: lifted },
      `The revocation of bake b-2 was taken back already, by bob at ${at}`,
      sees,
    ],
    [
      'what is deregistered since',
      { own: own(), reached: own(), found: ended('deregistered', { revoked: {} }) },
      'Bake b-2 is deregistered: its AMIs are gone',
      'ask for a bake of web/arm64 instead.',
    ],
  ])('%s is refused', (_, change, why, remedy) => {
    expect(whyNotUndone(facts(change))).toEqual({ why, remedy });
  });
});

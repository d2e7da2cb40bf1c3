import { releasedBy, type Pin, type Wanted } from '../../src/lib/lifecycle/pin';
import { noon } from './bakes';

/** Set while the image was to be made of `then` on `ami-then`. */
const pin: Pin = {
  by: 'alice',
  why: 'it does not boot',
  atMs: noon,
  until: 'commit',
  contentDigest: 'then',
  baseAmiId: 'ami-then',
  commandId: 'c-1',
};
const untilBase: Pin = { ...pin, until: 'base' };
const wanted = (contentDigest: string | undefined, baseAmiId: string | undefined): Wanted => ({
  contentDigest,
  baseAmiId,
});
const { baseAmiId: _own, ...onNoBase } = untilBase;

test.each<[string, Pin, Wanted, 'commit' | 'base' | undefined]>([
  ['nothing', pin, wanted('then', 'ami-then'), undefined],
  ['a commit', pin, wanted('now', 'ami-then'), 'commit'],
  ['no base', pin, wanted('then', 'ami-now'), undefined],
  ['no inputs that cannot be read', pin, wanted(undefined, 'ami-then'), undefined],
  ['nothing, until base', untilBase, wanted('then', 'ami-then'), undefined],
  ['a commit, until base', untilBase, wanted('now', 'ami-then'), 'commit'],
  ['another base, until base', untilBase, wanted('then', 'ami-now'), 'base'],
  ['a commit before a base', untilBase, wanted('now', 'ami-now'), 'commit'],
  ['another base, whether inputs can be read or not', untilBase, wanted(undefined, 'ami-now'), 'base'],
  ['no base that cannot be read, until base', untilBase, wanted('then', undefined), undefined],
  ['a base, where there was none then', onNoBase, wanted('then', 'ami-now'), 'base'],
])('a pin is released by %s', (_, of, now, by) => {
  expect(releasedBy(of, now)).toBe(by);
});

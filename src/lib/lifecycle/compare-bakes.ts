import type { ImageKey } from '../definitions/catalog';
import type { InstantMs } from '../definitions/instant';
import type { Ancestor, Bake } from './bake';
import type { Published } from './channel';
import { comparePackages, type PackageChanges } from './compare-packages';
import type { Packages } from './packages';
import type { TestResult } from './test-run';

/** A bake that has ended, as history keeps it. */
export type ComparedBake = Omit<Bake, 'request' | 'slot'> & { adopted?: NonNullable<Published['adopted']> };

/** One side of a comparison, without what is compared. */
export interface BakeSide {
  image: ImageKey;
  bakeId: string;
  status: Bake['status'];
  claimedAtMs: InstantMs;
  endedAtMs?: InstantMs;
  commitId: string;
  inputHash: string;
  /** Why it was baked. */
  cause: string;
  amis?: Record<string, string>;
  base?: string;
  ancestry: Ancestor[];
  builder?: string;
  tests?: Pick<TestResult, 'objectId' | 'result'> & { passed: number; checks: number };
  packages?: Packages;
  /** Of an unchanged one: the bake that it came to. */
  equalTo?: string;
}

/** Something that has one value on each side; absent: it is not there. */
export interface Change {
  name: string;
  from?: string;
  to?: string;
}

export interface Comparison {
  from: BakeSide;
  to: BakeSide;
  packages: ({ known: true } & PackageChanges) | { known: false; equal?: boolean; why: string };
  /** Paths with git's object ids. */
  inputs: Change[];
  /** Absent: they are not known of both. */
  variables?: Change[];
  /** Made of the same things, base apart. */
  sameContent: boolean;
}

/** A bake with the lines of its list; `lines: undefined`: none is kept of it. */
export interface Compared {
  bake: ComparedBake;
  lines: string[] | undefined;
}

/** Pure: what differs between two bakes, of whichever images. */
export function compareBakes(from: Compared, to: Compared): Comparison {
  const variables = [from.bake.variables, to.bake.variables];
  return {
    from: sideOf(from.bake),
    to: sideOf(to.bake),
    packages: packagesOf(from, to),
    inputs: changesOf(inputsOf(from.bake), inputsOf(to.bake)),
    ...(variables[0] === undefined || variables[1] === undefined
      ? {}
      : { variables: changesOf(variables[0], variables[1]) }),
    sameContent: from.bake.contentDigest === to.bake.contentDigest,
  };
}

function packagesOf(from: Compared, to: Compared): Comparison['packages'] {
  if (from.lines !== undefined && to.lines !== undefined) {
    return { known: true, ...comparePackages(from.lines, to.lines) };
  }
  const why = [from, to].flatMap((each) => whyUnknown(each) ?? []).join('; ');
  const [before, after] = [from.bake.packages, to.bake.packages];
  const equal = before === undefined || after === undefined ? {} : { equal: before.hash === after.hash };
  return { known: false, ...equal, why };
}

function whyUnknown({ bake, lines }: Compared): string | undefined {
  if (lines !== undefined) return undefined;
  if (bake.packages !== undefined) return `the list of ${bake.id} was too long to be kept`;
  if (bake.adopted !== undefined) return `${bake.id} was made elsewhere`;
  return bake.builder === undefined && bake.amis === undefined
    ? `${bake.id} (${bake.status}) never came to an AMI of its own`
    : `the build of ${bake.id} told no packages`;
}

const inputsOf = ({ inputs }: ComparedBake): Record<string, string> =>
  Object.fromEntries(inputs.map(({ path, objectId }) => [path === '' ? '.' : path, objectId]));

function changesOf(before: Record<string, string>, after: Record<string, string>): Change[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort((a, b) =>
    a < b ? -1 : 1,
  );
  return names
    .filter((name) => before[name] !== after[name])
    .map((name) => ({
      name,
      ...(before[name] === undefined ? {} : { from: before[name] }),
      ...(after[name] === undefined ? {} : { to: after[name] }),
    }));
}

function sideOf(bake: ComparedBake): BakeSide {
  const { id, image, status, claimedAtMs, endedAtMs, commitId, inputHash, cause, amis, ancestry } = bake;
  const { baseAmiId, builder, tests, packages, equalTo } = bake;
  const base = baseAmiId ?? ancestry[0]?.amiId;
  return {
    image,
    bakeId: id,
    status,
    claimedAtMs,
    ...(endedAtMs === undefined ? {} : { endedAtMs }),
    commitId,
    inputHash,
    cause: cause.text,
    ...(amis === undefined ? {} : { amis }),
    ...(base === undefined ? {} : { base }),
    ancestry,
    ...(builder === undefined ? {} : { builder }),
    ...(tests === undefined ? {} : { tests: testsOf(tests) }),
    ...(packages === undefined ? {} : { packages }),
    ...(equalTo === undefined ? {} : { equalTo }),
  };
}

function testsOf({ objectId, result, checks }: TestResult): NonNullable<BakeSide['tests']> {
  const passed = checks.filter(({ status }) => status === 'passed').length;
  return { objectId, result, passed, checks: checks.length };
}

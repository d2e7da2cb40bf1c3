/** A package whose versions differ. Several versions of one are there at once: kernels, architectures. */
export interface PackageChange {
  name: string;
  /** Versions that are gone; empty: the package is new. */
  from: string[];
  /** Versions that have come; empty: the package was removed. */
  to: string[];
}

export interface PackageChanges {
  changes: PackageChange[];
  /** Names of which nothing differs. */
  same: number;
}

/** From two lists of `NAME VERSION`, in whatever order, what differs, by name. */
export function comparePackages(before: readonly string[], after: readonly string[]): PackageChanges {
  const [old, now] = [byName(before), byName(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])].sort((a, b) => (a < b ? -1 : 1));
  const changes = names.flatMap((name): PackageChange[] => {
    const had = old.get(name) ?? new Set<string>();
    const has = now.get(name) ?? new Set<string>();
    const from = [...had].filter((version) => !has.has(version));
    const to = [...has].filter((version) => !had.has(version));
    return from.length + to.length === 0 ? [] : [{ name, from, to }];
  });
  return { changes, same: names.length - changes.length };
}

/** A package that is told without a version has an empty one, which is a version as well. */
function byName(lines: readonly string[]): Map<string, Set<string>> {
  const versions = new Map<string, Set<string>>();
  for (const line of lines.toSorted((a, b) => (a < b ? -1 : 1))) {
    const space = line.indexOf(' ');
    const [name, version] = space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)];
    versions.set(name, (versions.get(name) ?? new Set()).add(version));
  }
  return versions;
}

import type { Filter } from '@aws-sdk/client-ec2';
import { invalidValue } from './failures';

type Values = string | boolean | undefined | readonly (string | undefined)[];

/** Filter name → the values of a resource it is compared with. */
export type FilterFields<T> = Record<string, (resource: T) => Values>;

/**
 * Keeps the resources that match all filters, each with any of its values. `*` and `?` are wildcards, a backslash takes
 * their meaning away, case counts. `tag:KEY` and `tag-key` are known for every resource.
 */
export function filtered<T>(
  resources: Iterable<T>,
  filters: readonly Filter[] | undefined,
  fields: FilterFields<T>,
  tagsOf: (resource: T) => ReadonlyMap<string, string>,
): T[] {
  const tests = (filters ?? []).map((filter) => test(filter, fields, tagsOf));
  return [...resources].filter((resource) => tests.every((matches) => matches(resource)));
}

function test<T>(
  { Name: name = '', Values: wanted = [] }: Filter,
  fields: FilterFields<T>,
  tagsOf: (resource: T) => ReadonlyMap<string, string>,
): (resource: T) => boolean {
  const patterns = wanted.map(wildcard);
  const matches = (values: readonly (string | undefined)[]) =>
    values.some((value) => value !== undefined && patterns.some((pattern) => pattern.test(value)));
  if (name === 'tag-key') return (resource) => matches([...tagsOf(resource).keys()]);
  if (name.startsWith('tag:')) return (resource) => matches([tagsOf(resource).get(name.slice(4))]);
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field === undefined) throw invalidValue(`The filter '${name}' is invalid`);
  return (resource) => {
    const values = field(resource);
    return matches(Array.isArray(values) ? values : [values === undefined ? undefined : String(values)]);
  };
}

/** EC2's wildcards as an expression: `*` any run, `?` one character. */
export function wildcard(pattern: string): RegExp {
  let source = '';
  for (let i = 0; i < pattern.length; i += 1) {
    const character = pattern[i]!;
    if (character === '*') source += '.*';
    else if (character === '?') source += '.';
    else if (character === '\\' && i + 1 < pattern.length) source += quoted(pattern[(i += 1)]!);
    else source += quoted(character);
  }
  return new RegExp(`^${source}$`, 's');
}

const quoted = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');

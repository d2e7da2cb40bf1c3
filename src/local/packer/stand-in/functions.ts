import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { asList, asObject, asText, type Value } from './value';

/** The functions of HCL2 that templates use most; the stand-in refuses a template that calls another. */
export function functions(startedAt: Date): Record<string, (...args: Value[]) => Value> {
  const patterned = (pattern: string): RegExp | string =>
    /^\/.*\/$/s.test(pattern) ? new RegExp(pattern.slice(1, -1), 'g') : pattern;
  return {
    timestamp: () => startedAt.toISOString().replace(/\.\d+Z/, 'Z'),
    isotime: () => startedAt.toISOString(),
    legacy_isotime: () => startedAt.toISOString(),
    formatdate: (format, date) => formatDate(asText(format), new Date(asText(date))),
    uuidv4: () => randomUUID(),
    lower: (text) => asText(text).toLowerCase(),
    upper: (text) => asText(text).toUpperCase(),
    trimspace: (text) => asText(text).trim(),
    replace: (text, from, to) => asText(text).replaceAll(patterned(asText(from)), asText(to)),
    regex_replace: (text, from, to) => asText(text).replaceAll(new RegExp(asText(from), 'g'), asText(to)),
    substr: (text, start, length) => asText(text).substr(Number(start), Number(length)),
    join: (by, list) => asList(list).map(asText).join(asText(by)),
    split: (by, text) => asText(text).split(asText(by)),
    format: (pattern, ...args) => asText(pattern).replace(/%[svdq]/g, () => asText(args.shift())),
    concat: (...lists) => lists.flatMap(asList),
    merge: (...maps) => Object.assign({}, ...maps.map(asObject)) as Value,
    length: (value) => (typeof value === 'string' ? value.length : Object.keys(value ?? {}).length),
    keys: (map) => Object.keys(asObject(map)).sort(),
    values: (map) => Object.values(asObject(map)),
    lookup: (map, name, otherwise) => asObject(map)[asText(name)] ?? otherwise ?? null,
    element: (list, index) => asList(list)[Number(index)] ?? null,
    contains: (list, wanted) => asList(list).includes(wanted ?? null),
    coalesce: (...values) => values.find((value) => value !== null && value !== '') ?? null,
    tostring: (value) => asText(value),
    tonumber: (value) => Number(value),
    jsonencode: (value) => JSON.stringify(value),
    file: (path) => readFileSync(asText(path), 'utf8'),
  };
}

/** YYYY MM DD hh mm ss, and text in quotes. */
function formatDate(format: string, date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const parts: Record<string, string> = {
    YYYY: String(date.getUTCFullYear()),
    MM: two(date.getUTCMonth() + 1),
    DD: two(date.getUTCDate()),
    hh: two(date.getUTCHours()),
    mm: two(date.getUTCMinutes()),
    ss: two(date.getUTCSeconds()),
  };
  return format.replace(/'([^']*)'|YYYY|MM|DD|hh|mm|ss/g, (part, quoted: string) => parts[part] ?? quoted);
}

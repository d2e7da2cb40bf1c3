import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Item = Record<string, AttributeValue>;

/** Size as DynamoDB counts it: UTF-8 of names and values, 3 bytes for a list or map and 1 for each member (documented). */
export function itemBytes(item: Item): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) bytes += Buffer.byteLength(name) + valueBytes(value);
  return bytes;
}

function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return numberBytes(value.N);
  if (value.B !== undefined) return value.B.length;
  if (value.SS !== undefined) return value.SS.reduce((sum, member) => sum + Buffer.byteLength(member), 0);
  if (value.NS !== undefined) return value.NS.reduce((sum, member) => sum + numberBytes(member), 0);
  if (value.BS !== undefined) return value.BS.reduce((sum, member) => sum + member.length, 0);
  if (value.L !== undefined) return 3 + value.L.reduce((sum, member) => sum + 1 + valueBytes(member), 0);
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + itemBytes(value.M);
  return 1;
}

/** About one byte for two significant digits, plus one (documented as an estimate). */
function numberBytes(number: string): number {
  return Math.ceil(number.replace(/[-.]|^0+|0+$/g, '').length / 2) + 1;
}

/** What `<` and its like see: undefined where the types differ or have no order. */
export function compareValues(a: AttributeValue, b: AttributeValue): number | undefined {
  // DynamoDB orders by UTF-8 bytes; JavaScript's order is the same but for characters beyond U+FFFF.
  if (a.S !== undefined && b.S !== undefined) return a.S === b.S ? 0 : a.S < b.S ? -1 : 1;
  if (a.N !== undefined && b.N !== undefined) return Math.sign(Number(a.N) - Number(b.N));
  if (a.B !== undefined && b.B !== undefined) return Buffer.compare(a.B, b.B);
  return undefined;
}

export function equalValues(a: AttributeValue, b: AttributeValue): boolean {
  return compareValues(a, b) === 0 || canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (key, member: unknown) => {
    if (member instanceof Uint8Array) return Buffer.from(member).toString('base64');
    if ((key === 'SS' || key === 'NS') && Array.isArray(member)) return [...(member as string[])].sort();
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

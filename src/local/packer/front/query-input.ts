import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsFailure } from '../../aws/failure';

type Node = { value?: string; children: Map<string, Node> };

/**
 * The SDK-shaped input of an operation from the form of the EC2 Query protocol: `Filter.1.Value.2=…` and its like.
 * The SDK's own schema says how each member is called on the wire.
 * https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html
 */
export function queryInput(schema: NormalizedSchema, form: URLSearchParams): Record<string, unknown> {
  const root: Node = { children: new Map() };
  for (const [name, value] of form) {
    if (name === 'Action' || name === 'Version' || isUnset(name, value)) continue;
    let node = root;
    for (const part of name.split('.')) {
      let next = node.children.get(part);
      if (next === undefined) node.children.set(part, (next = { children: new Map() }));
      node = next;
    }
    node.value = value;
  }
  return structure(schema, root, '') as Record<string, unknown>;
}

/** Packer sends what a template leaves empty, and EC2 takes it as not set; only the value of a tag may be empty. */
const isUnset = (name: string, value: string): boolean => value === '' && !/\bValue(\.\d+)?$/.test(name);

function structure(schema: NormalizedSchema, node: Node, path: string): unknown {
  const left = new Set(node.children.keys());
  const out: Record<string, unknown> = {};
  for (const [member, memberSchema] of schema.structIterator()) {
    const name = wireName(member, memberSchema);
    const child = node.children.get(name);
    if (child === undefined) continue;
    left.delete(name);
    // Packer sends `VpcId=` where it has none; EC2 takes an empty argument for none at all. A tag's value may be empty.
    if (path === '' && child.value === '' && child.children.size === 0) continue;
    out[member] = read(memberSchema, child, `${path}${name}.`);
  }
  const [unknown] = left;
  if (unknown === undefined) return out;
  throw new AwsFailure('UnknownParameter', `The parameter ${path}${unknown} is not recognized`);
}

function read(schema: NormalizedSchema, node: Node, path: string): unknown {
  if (schema.isStructSchema()) return structure(schema, node, path);
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const numbered = [...node.children].sort(([a], [b]) => Number(a) - Number(b));
    return numbered.map(([index, child]) => read(item, child, `${path}${index}.`));
  }
  const text = node.value ?? '';
  if (schema.isBooleanSchema()) return text === 'true';
  if (schema.isNumericSchema()) return Number(text);
  if (schema.isTimestampSchema()) return new Date(text);
  if (schema.isBlobSchema()) return new Uint8Array(Buffer.from(text, 'base64'));
  return text;
}

function wireName(member: string, schema: NormalizedSchema): string {
  const { ec2QueryName, xmlName } = schema.getMergedTraits() as { ec2QueryName?: string; xmlName?: string };
  const name = xmlName ?? member;
  return ec2QueryName ?? name.charAt(0).toUpperCase() + name.slice(1);
}

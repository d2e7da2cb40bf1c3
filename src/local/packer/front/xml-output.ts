import type { NormalizedSchema } from '@smithy/core/schema';

const namespace = 'http://ec2.amazonaws.com/doc/2016-11-15/';

/** The document EC2 answers an operation with. */
export function xmlOutput(
  operation: string,
  schema: NormalizedSchema,
  output: Record<string, unknown>,
  requestId: string,
): string {
  const body = schema.isUnitSchema() ? '<return>true</return>' : members(schema, output);
  return `${prolog}<${operation}Response xmlns="${namespace}"><requestId>${requestId}</requestId>${body}</${operation}Response>`;
}

/** The document EC2 answers a refused or failed operation with. */
export function xmlFailure(code: string, message: string, requestId: string): string {
  const error = `<Error><Code>${escaped(code)}</Code><Message>${escaped(message)}</Message></Error>`;
  return `${prolog}<Response><Errors>${error}</Errors><RequestID>${requestId}</RequestID></Response>`;
}

export const prolog = '<?xml version="1.0" encoding="UTF-8"?>\n';

export const escaped = (text: string): string =>
  text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);

function members(schema: NormalizedSchema, value: Record<string, unknown>): string {
  let out = '';
  for (const [member, memberSchema] of schema.structIterator()) {
    const held = value[member];
    if (held === undefined || held === null) continue;
    const { xmlName = member } = memberSchema.getMemberTraits() as { xmlName?: string };
    out += element(xmlName, memberSchema, held);
  }
  return out;
}

function element(name: string, schema: NormalizedSchema, value: unknown): string {
  const content = inner(schema, value);
  return content === '' ? `<${name}/>` : `<${name}>${content}</${name}>`;
}

function inner(schema: NormalizedSchema, value: unknown): string {
  if (schema.isStructSchema()) return members(schema, value as Record<string, unknown>);
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const { xmlName = 'member' } = item.getMergedTraits() as { xmlName?: string };
    return (value as unknown[]).map((each) => element(xmlName, item, each)).join('');
  }
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return escaped(String(value));
}

/** The part of JSON Schema that the schemas of this project use. */
export interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  description?: string;
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  items?: Schema;
  anyOf?: Schema[];
}

/** Rows of a table of fields: path, type, default, what it says; `depth` levels of fields inside fields. */
export function rows(schema: Schema, prefix: string, depth: number): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const required = schema.required?.includes(name) ?? false;
    const standard =
      field.default === undefined ? (required ? 'required' : '') : code(JSON.stringify(field.default));
    const own = [code(path), typeOf(field), standard, field.description ?? ''];
    return depth === 0 ? [own] : [own, ...inner(field, path, depth - 1)];
  });
}

function inner(field: Schema, path: string, depth: number): string[][] {
  const choices = field.anyOf ?? [field];
  return choices.flatMap((choice) => [
    ...rows(choice, `${path}.`, depth),
    ...(typeof choice.additionalProperties === 'object'
      ? inner(choice.additionalProperties, `${path}.*`, depth)
      : []),
    ...(choice.items === undefined ? [] : rows(choice.items, `${path}[].`, depth)),
  ]);
}

function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (schema.enum !== undefined) return schema.enum.map((value) => code(String(value))).join(' or ');
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].join(' or ');
  switch (schema.type) {
    case 'string':
      return 'text';
    case 'integer':
      return 'whole number';
    case 'array':
      return `list of ${typeOf(schema.items ?? {})}`;
    case 'object':
      return typeof schema.additionalProperties === 'object' && schema.additionalProperties.type === 'string'
        ? 'map of text'
        : 'map';
    case 'null':
      return 'nothing';
    default:
      return schema.type ?? 'anything';
  }
}

/** In code font, whatever is in it. */
export const code = (text: string) => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``);

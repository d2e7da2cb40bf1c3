export type Value = string | number | boolean | null | Value[] | { [name: string]: Value };

/** A template that the stand-in cannot make sense of; printed as Packer prints its own. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  constructor(
    message: string,
    readonly file: string,
    readonly line: number,
  ) {
    super(message);
  }
}

export const asText = (value: Value | undefined): string =>
  value === undefined || value === null
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);

export const asList = (value: Value | undefined): Value[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];

export const asObject = (value: Value | undefined): { [name: string]: Value } => {
  const held = Array.isArray(value) ? value[0] : value;
  return typeof held === 'object' && held !== null && !Array.isArray(held) ? held : {};
};

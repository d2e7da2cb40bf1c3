import * as z from 'zod';
import { bakerySchema } from '../../src/lib/definitions/bakery-schema';
import type { GeneratedFile } from './generated-file';

/** Draft 7: what the YAML language server of editors reads best. */
export const bakeryJsonSchema = (): Record<string, unknown> => {
  const { $schema, ...schema } = z.toJSONSchema(bakerySchema, { target: 'draft-7', io: 'input' });
  return { $schema, title: 'bakery.yml', ...schema };
};

export const bakerySchemaFile: GeneratedFile = {
  path: 'schemas/bakery.schema.json',
  text: () => `${JSON.stringify(bakeryJsonSchema(), undefined, 2)}\n`,
};

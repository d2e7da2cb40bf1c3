import * as z from 'zod/mini';
import { settingsSchema } from '../../src/lib/settings/settings';
import type { GeneratedFile } from './generated-file';

/** Draft 7, for editors. Rules between fields are not in it: src/lib/settings/settings-rules.ts. */
export const settingsSchemaFile: GeneratedFile = {
  path: 'schemas/settings.schema.json',
  text: () => {
    const { $schema, ...schema } = z.toJSONSchema(settingsSchema, { target: 'draft-7', io: 'input' });
    return `${JSON.stringify({ $schema, title: 'Settings of one deployment', ...schema }, undefined, 2)}\n`;
  },
};

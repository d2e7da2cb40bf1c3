import * as z from 'zod/mini';
import { madeByTheStack, stageSchema } from '../../infra/stage-config';
import { settingsSchema } from '../../src/lib/settings/settings';
import type { GeneratedFile } from './generated-file';

/** The part of JSON Schema that is looked at here. */
interface Schema {
  properties?: Record<string, unknown>;
  required?: string[];
}

/** Draft 7, for editors: config/<stage>.yml. Rules between fields are not in it: infra/stage-rules.ts. */
export const stageSchemaFile: GeneratedFile = {
  path: 'schemas/stage.schema.json',
  text: () => {
    const { $schema, ...stage } = jsonSchema(stageSchema);
    const { $schema: _same, ...settings } = jsonSchema(settingsSchema);
    const { settings: written, ...others } = stage.properties as Record<string, { description?: string }>;
    const asked = {
      ...settings,
      description: written!.description,
      properties: Object.fromEntries(
        Object.entries(settings.properties ?? {}).filter(([name]) => !madeByTheStack.includes(name)),
      ),
      required: (settings.required ?? []).filter((name) => !madeByTheStack.includes(name)),
      additionalProperties: false,
    };
    const whole = {
      $schema,
      title: 'config/<stage>.yml',
      ...stage,
      properties: { ...others, settings: asked },
    };
    return `${JSON.stringify(whole, undefined, 2)}\n`;
  },
};

const jsonSchema = (schema: z.ZodMiniType): Schema & { $schema?: string } =>
  z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });

import * as z from 'zod/mini';
import * as schemas from '../../src/lib/announcement/schemas';
import type { GeneratedFile } from './generated-file';

/** One file for each kind and version of announcement, for whoever follows a bakery with something of their own. */
export const announcementSchemaFiles: GeneratedFile[] = [
  ['image-published', schemas.imagePublishedSchema] as const,
  ['image-revoked', schemas.imageRevokedSchema] as const,
  ['image-retired', schemas.imageRetiredSchema] as const,
  ['inventory', schemas.inventorySchema] as const,
].map(([kind, schema]) => ({
  path: `schemas/announcements/${kind}.1.schema.json`,
  text: () => {
    const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
    return `${JSON.stringify({ $schema, title: `ami-bakery/${kind}/1`, ...rest }, undefined, 2)}\n`;
  },
}));

import { bakerySchemaFile } from './bakery-schema-file';
import type { GeneratedFile } from './generated-file';

/** The starter repos bring their schema along: they become repos of their own, and editors look beside bakery.yml. */
export const starterSchemaFiles: GeneratedFile[] = ['platform', 'app'].map((repo) => ({
  path: `packer/${repo}/bakery.schema.json`,
  text: bakerySchemaFile.text,
}));

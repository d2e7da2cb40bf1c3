import { announcementSchemaFiles } from './announcement-schema-files';
import { bakeryDoc } from './bakery-doc';
import { bakerySchemaFile } from './bakery-schema-file';
import { buildspecFile, testBuildspecFile } from './buildspec-file';
import type { GeneratedFile } from './generated-file';
import { settingsDoc } from './settings-doc';
import { settingsSchemaFile } from './settings-schema-file';
import { stageSchemaFile } from './stage-schema-file';
import { starterSchemaFiles } from './starter-schema-files';

/** Everything `npm run generate` writes; one entry a file. */
export const generatedFiles: GeneratedFile[] = [
  bakerySchemaFile,
  bakeryDoc,
  settingsSchemaFile,
  settingsDoc,
  stageSchemaFile,
  ...announcementSchemaFiles,
  buildspecFile,
  testBuildspecFile,
  ...starterSchemaFiles,
];

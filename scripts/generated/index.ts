import { bakeryDoc } from './bakery-doc';
import { bakerySchemaFile } from './bakery-schema-file';
import type { GeneratedFile } from './generated-file';

/** Everything `npm run generate` writes; one entry a file. */
export const generatedFiles: GeneratedFile[] = [bakerySchemaFile, bakeryDoc];

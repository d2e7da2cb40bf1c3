import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The one folder that everything of a local bakery lives in. */
export interface Scratch {
  path: string;
  /** A folder in it, made. */
  folder(name: string): string;
  remove(): Promise<void>;
  /** For the last moment of a process, when nothing can be waited for. */
  removeNow(): void;
}

export function makeScratch(): Scratch {
  const path = mkdtempSync(join(tmpdir(), 'bakery-local-'));
  const options = { recursive: true, force: true, maxRetries: 5 };
  return {
    path,
    folder: (name) => {
      const folder = join(path, name);
      mkdirSync(folder, { recursive: true });
      return folder;
    },
    remove: () => rm(path, options),
    removeNow: () => rmSync(path, options),
  };
}

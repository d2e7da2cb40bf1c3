import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { RewrittenHcl } from './rewritten-hcl';
import { RewrittenJson } from './rewritten-json';
import type { ShimSettings } from './settings';

type Rewritten = { path: string; author: string; content: RewrittenHcl | RewrittenJson };

/** A template and the files around it, copied aside, with the local bakery's settings in the copy. */
export class CopiedTemplate {
  /** What Packer is given in place of the template. */
  readonly path: string;
  readonly rewritten: Rewritten[] = [];
  /** Files left as they are, because they could not be read: they would lead to AWS itself. */
  readonly unreadable: string[] = [];
  readonly #root: string;
  readonly #copy: string;
  readonly #copiedAtMs = Date.now();

  /** `template` as it stands on the command line. Throws what the file system throws. */
  constructor(
    readonly template: string,
    settings: ShimSettings,
  ) {
    const author = resolve(template);
    const isFolder = statSync(author).isDirectory();
    const folder = isFolder ? author : dirname(author);
    // Templates reach for their neighbours (`${path.root}/../common`): the whole build folder goes along.
    this.#root = isWithin(settings.workDir, folder) ? settings.workDir : folder;
    this.#copy = mkdtempSync(join(settings.temporaryDir, 'template-'));
    cpSync(this.#root, this.#copy, {
      recursive: true,
      preserveTimestamps: true,
      verbatimSymlinks: true,
      filter: (path) =>
        !['.git', 'node_modules'].includes(basename(path)) && !isWithin(settings.temporaryDir, path),
    });
    this.path = this.#inCopy(author);
    const names = isFolder
      ? readdirSync(folder).filter((name) => /\.pkr\.(hcl|json)$/.test(name))
      : [basename(author)];
    for (const name of names) this.#rewrite(join(folder, name), settings);
  }

  /** Paths of the copy in a text of Packer's, led back to the author's. */
  asAuthored(text: string): string {
    return text
      .replace(/on (\S+) line (\d+)/g, (whole, path: string, line: string) => {
        const file = this.rewritten.find((each) => each.path === resolve(path));
        if (!(file?.content instanceof RewrittenHcl)) return whole;
        return `on ${this.#shown(file.author)} line ${file.content.authorLine(Number(line))}`;
      })
      .replaceAll(this.#copy, this.#root);
  }

  /** Each thing left out, in a sentence. */
  notes(): string[] {
    return this.rewritten.flatMap(({ author, content }) =>
      content.removals.map(
        ({ name, line, reason }) =>
          `local bakery: removed "${name}" (${this.#shown(author)}:${line}): ${reason}`,
      ),
    );
  }

  write(): void {
    for (const { path, content } of this.rewritten) writeFileSync(path, content.text);
  }

  /** Brings home what Packer wrote beside the template, and removes the copy. */
  close(): void {
    const templates = new Set(this.rewritten.map(({ path }) => path));
    for (const path of filesBelow(this.#copy)) {
      if (templates.has(path) || statSync(path).mtimeMs < this.#copiedAtMs) continue;
      cpSync(path, join(this.#root, relative(this.#copy, path)));
    }
    rmSync(this.#copy, { recursive: true, force: true });
  }

  #rewrite(author: string, settings: ShimSettings): void {
    const original = readFileSync(author, 'utf8');
    try {
      const content = author.endsWith('.hcl')
        ? new RewrittenHcl(original, settings)
        : new RewrittenJson(original, settings);
      this.rewritten.push({ path: this.#inCopy(author), author, content });
    } catch (error) {
      // Packer's own message is the better one, if it cannot read it either.
      this.unreadable.push(`${this.#shown(author)}: ${(error as Error).message}`);
    }
  }

  #inCopy(path: string): string {
    return join(this.#copy, relative(this.#root, path));
  }

  #shown(path: string): string {
    return relative(process.cwd(), path) || path;
  }
}

function isWithin(folder: string, path: string): boolean {
  const inside = relative(folder, path);
  return inside === '' || (!inside.startsWith('..') && !inside.startsWith('/'));
}

function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

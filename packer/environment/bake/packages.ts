import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

const entry = /(?:^|\s)bakery-package: (\S.*?)\s*$/;
const whole = /(?:^|\s)bakery-packages: whole\s*$/;

/** Longest list that is exported, as base64: about 2,000 packages. A longer one is in the log alone. */
const longestList = 24_000;

/** What of the packages of an image the build exports. Empty texts: not known. */
export interface Packages {
  /** sha-256 of the sorted lines. Equal lists have equal hashes, in whatever order they were told. */
  hash: string;
  /** The sorted lines, each with its end, gzipped, as base64. Empty where it would be too long. */
  list: string;
}

export const noPackages: Packages = { hash: '', list: '' };

/**
 * Takes the packages out of what a build prints: lines with `bakery-package: NAME VERSION`, by whatever provisioner, and
 * `bakery-packages: whole` when nothing is missing. Without that the list counts as unknown.
 */
export class PackageLines {
  readonly #lines = new Set<string>();
  #whole = false;

  /** Whether the text was nothing but these. Windows ends its lines in another way, and some hand several over at once. */
  take(text: string): boolean {
    return text
      .trim()
      .split(/\r?\n/)
      .map((line) => this.#takeLine(line))
      .every((taken) => taken);
  }

  #takeLine(line: string): boolean {
    const [, told] = entry.exec(line) ?? [];
    if (told !== undefined) this.#lines.add(told.replace(/\s+/g, ' '));
    this.#whole ||= whole.test(line);
    return told !== undefined || whole.test(line);
  }

  get count(): number {
    return this.#lines.size;
  }

  packages(): Packages {
    if (!this.#whole || this.#lines.size === 0) return noPackages;
    const text = [...this.#lines]
      .sort()
      .map((line) => `${line}\n`)
      .join('');
    const list = gzipSync(text, { level: 9 }).toString('base64');
    return {
      hash: createHash('sha256').update(text).digest('hex'),
      list: list.length <= longestList ? list : '',
    };
  }
}

/**
 * Where attributes and blocks stand in an HCL file, to the character. It understands HCL's tokens (strings with
 * interpolation, heredocs, comments, brackets), not its expressions: enough to add and remove whole items and leave the
 * rest of a file as its author wrote it.
 * https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
 */
export interface HclAttribute {
  kind: 'attribute';
  name: string;
  /** Offsets in the text; the line break after the item is not part of it. */
  start: number;
  end: number;
  /** Offset of the expression. */
  value: number;
  /** 1 for the first line. */
  line: number;
}

export interface HclBlock {
  kind: 'block';
  type: string;
  labels: string[];
  start: number;
  end: number;
  line: number;
  /** Offset of the closing brace. */
  close: number;
  items: HclItem[];
}

export type HclItem = HclAttribute | HclBlock;

export class HclSyntaxError extends Error {
  override readonly name = 'HclSyntaxError';
  constructor(
    what: string,
    readonly line: number,
  ) {
    super(`${what} in line ${line}`);
  }
}

/** The items of a file, blocks with theirs. Throws HclSyntaxError. */
export function hclItems(text: string): HclItem[] {
  const scanner = new Scanner(text);
  const items = scanner.body();
  if (!scanner.atEnd) throw scanner.error('a } too many');
  return items;
}

const identifier = /[\p{L}_][\p{L}\p{N}_-]*/uy;
const closing: Record<string, string> = { '(': ')', '[': ']', '{': '}' };

class Scanner {
  #at = 0;
  constructor(private readonly text: string) {}

  get atEnd(): boolean {
    return this.#at >= this.text.length;
  }

  error(what: string, at = this.#at): HclSyntaxError {
    return new HclSyntaxError(what, this.#line(at));
  }

  body(): HclItem[] {
    const items: HclItem[] = [];
    for (;;) {
      this.#skip(/[\s\uFEFF]+/y);
      if (this.atEnd || this.#peek() === '}') return items;
      items.push(this.#item());
    }
  }

  #peek(): string {
    return this.text.charAt(this.#at);
  }

  #item(): HclItem {
    const start = this.#at;
    const line = this.#line(start);
    const name = this.#match(identifier) ?? (this.#peek() === '"' ? this.#label() : undefined);
    if (name === undefined) throw this.error(`${JSON.stringify(this.#peek())} where a name should be`);
    this.#skip(/[ \t]+/y);
    if (this.#peek() === '=' && this.text.charAt(this.#at + 1) !== '=') {
      this.#at += 1;
      this.#skip(/[ \t]+/y);
      const value = this.#at;
      const end = this.#expression();
      return { kind: 'attribute', name, start, end, value, line };
    }
    const labels: string[] = [];
    while (this.#peek() !== '{') {
      const label = this.#match(identifier) ?? (this.#peek() === '"' ? this.#label() : undefined);
      if (label === undefined) throw this.error(`no = or { after "${name}"`);
      labels.push(label);
      this.#skip(/[ \t]+/y);
    }
    this.#at += 1;
    const items = this.body();
    if (this.#peek() !== '}') throw this.error(`block "${name}" is not closed`, start);
    const close = this.#at;
    this.#at += 1;
    return { kind: 'block', type: name, labels, start, end: this.#at, line, close, items };
  }

  /** Moves over an expression and answers where its last token ends. */
  #expression(): number {
    const open: string[] = [];
    let end = this.#at;
    while (!this.atEnd) {
      const character = this.#peek();
      if (open.length === 0 && (character === '\n' || character === '}')) return end;
      if (this.#comment()) continue;
      if (character === '"') this.#string();
      else if (this.text.startsWith('<<', this.#at) && this.#heredoc()) {
        if (open.length === 0) return this.#at;
      } else {
        if (closing[character] !== undefined) open.push(closing[character]);
        else if (character === open.at(-1)) open.pop();
        this.#at += 1;
      }
      if (!/\s/.test(character)) end = this.#at;
    }
    if (open.length > 0) throw this.error(`no ${open.at(-1)} to an opening bracket`);
    return end;
  }

  #label(): string {
    const start = this.#at;
    this.#string();
    return this.text.slice(start + 1, this.#at - 1);
  }

  /** Moves over a quoted string, `${…}` and `%{…}` with strings of their own included. */
  #string(): void {
    const start = this.#at;
    this.#at += 1;
    while (!this.atEnd) {
      const character = this.#peek();
      if (character === '"') {
        this.#at += 1;
        return;
      }
      if (character === '\n') break;
      if (character === '\\') this.#at += 2;
      else if (/^(\$\$|%%)\{/.test(this.text.slice(this.#at, this.#at + 3))) this.#at += 3;
      else if (/^[$%]\{/.test(this.text.slice(this.#at, this.#at + 2))) this.#interpolation();
      else this.#at += 1;
    }
    throw this.error('a string without its closing quote', start);
  }

  #interpolation(): void {
    const start = this.#at;
    this.#at += 2;
    for (let depth = 1; depth > 0;) {
      if (this.atEnd) throw this.error('an interpolation without its closing brace', start);
      if (this.#peek() === '"') this.#string();
      else {
        depth += Number(this.#peek() === '{') - Number(this.#peek() === '}');
        this.#at += 1;
      }
    }
  }

  /** Moves over a heredoc, up to the line break after its end marker. */
  #heredoc(): boolean {
    const match = /<<-?([\p{L}_][\p{L}\p{N}_-]*)[^\n]*\n/uy;
    match.lastIndex = this.#at;
    const marker = match.exec(this.text)?.[1];
    if (marker === undefined) return false;
    const end = new RegExp(`^[ \\t]*${marker}[ \\t]*\\r?$`, 'mg');
    end.lastIndex = match.lastIndex;
    const found = end.exec(this.text);
    if (found === null) throw this.error(`heredoc ${marker} does not end`);
    this.#at = found.index + found[0].trimEnd().length;
    return true;
  }

  #comment(): boolean {
    return this.#match(/#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\//y) !== undefined;
  }

  #skip(space: RegExp): void {
    while (this.#match(space) !== undefined || this.#comment());
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #line(at: number): number {
    let line = 1;
    for (let i = this.text.indexOf('\n'); i !== -1 && i < at; i = this.text.indexOf('\n', i + 1)) line += 1;
    return line;
  }
}

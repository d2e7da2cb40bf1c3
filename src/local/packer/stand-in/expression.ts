import { asList, asText, type Value } from './value';

export interface Scope {
  /** `var`, `local`, `path`, `source`, `build`. */
  names: Record<string, Value>;
  functions: Record<string, (...args: Value[]) => Value>;
}

const operators = [['||'], ['&&'], ['==', '!='], ['<=', '>=', '<', '>'], ['+', '-'], ['*', '/', '%']];

/** Evaluates an HCL2 expression: literals, templates, references, calls, operators. No `for`, no splats. Throws Error. */
export function evaluate(text: string, scope: Scope): Value {
  const parser = new Parser(text, scope);
  const value = parser.conditional();
  parser.end();
  return value;
}

/** Evaluates the inside of a string: `${…}` in it. A template that is one interpolation keeps its type. */
export function evaluateTemplate(text: string, scope: Scope): Value {
  const parts: Value[] = [];
  let literal = '';
  for (let i = 0; i < text.length;) {
    if (text.startsWith('$${', i) || text.startsWith('%%{', i)) {
      literal += text.slice(i + 1, i + 3);
      i += 3;
    } else if (text.startsWith('${', i)) {
      const close = closingBrace(text, i + 2);
      if (literal !== '') parts.push(literal);
      literal = '';
      parts.push(evaluate(text.slice(i + 2, close), scope));
      i = close + 1;
    } else if (text.startsWith('%{', i)) {
      throw new Error('%{…} in strings is not played by the stand-in');
    } else literal += text[i++];
  }
  if (literal !== '' || parts.length === 0) parts.push(literal);
  return parts.length === 1 ? parts[0]! : parts.map(asText).join('');
}

function closingBrace(text: string, from: number): number {
  let depth = 1;
  for (let i = from; i < text.length; i += 1) {
    if (text[i] === '"') i = closingQuote(text, i);
    else if (text[i] === '{') depth += 1;
    else if (text[i] === '}' && (depth -= 1) === 0) return i;
  }
  throw new Error('an interpolation without its closing brace');
}

function closingQuote(text: string, open: number): number {
  for (let i = open + 1; i < text.length; i += 1) {
    if (text[i] === '\\') i += 1;
    else if (text.startsWith('$${', i)) i += 2;
    else if (text.startsWith('${', i)) i = closingBrace(text, i + 2);
    else if (text[i] === '"') return i;
  }
  throw new Error('a string without its closing quote');
}

class Parser {
  #at = 0;
  constructor(
    private readonly text: string,
    private readonly scope: Scope,
  ) {}

  end(): void {
    this.#space();
    if (this.#at < this.text.length)
      throw new Error(`cannot make sense of ${this.text.slice(this.#at).trim()}`);
  }

  conditional(): Value {
    const value = this.#binary(0);
    if (!this.#take('?')) return value;
    const yes = this.conditional();
    this.#expect(':');
    const no = this.conditional();
    return value === true ? yes : no;
  }

  #binary(level: number): Value {
    const known = operators[level];
    if (known === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (
      let sign = known.find((each) => this.#take(each));
      sign;
      sign = known.find((each) => this.#take(each))
    ) {
      left = apply(sign, left, this.#binary(level + 1));
    }
    return left;
  }

  #unary(): Value {
    if (this.#take('!')) return this.#unary() !== true;
    if (this.#take('-')) return -Number(this.#unary());
    let value = this.#primary();
    for (;;) {
      const name = this.#match(/\.([\w-]+)/y);
      if (name !== undefined) value = member(value, name.slice(1));
      else if (this.#take('[')) {
        value = member(value, asText(this.conditional()));
        this.#expect(']');
      } else return value;
    }
  }

  #primary(): Value {
    this.#space();
    const heredoc = /<<-?([\w-]+)[^\n]*\n([\s\S]*?)^[ \t]*\1[ \t]*$/my;
    heredoc.lastIndex = this.#at;
    const lines = heredoc.exec(this.text);
    if (lines !== null) {
      this.#at = heredoc.lastIndex;
      return evaluateTemplate(
        this.text.startsWith('<<-', lines.index) ? outdented(lines[2]!) : lines[2]!,
        this.scope,
      );
    }
    if (this.text[this.#at] === '"') {
      const close = closingQuote(this.text, this.#at);
      const inside = this.text.slice(this.#at + 1, close);
      this.#at = close + 1;
      return evaluateTemplate(unescaped(inside), this.scope);
    }
    if (this.#take('(')) {
      const value = this.conditional();
      this.#expect(')');
      return value;
    }
    if (this.#take('[')) return this.#list(']');
    if (this.#take('{')) return this.#object();
    const number = this.#match(/\d+(\.\d+)?/y);
    if (number !== undefined) return Number(number);
    const name = this.#match(/[A-Za-z_][\w-]*/y);
    if (name === undefined) throw new Error(`cannot make sense of ${this.text.slice(this.#at).trim()}`);
    if (this.#take('(')) {
      const called = Object.hasOwn(this.scope.functions, name) ? this.scope.functions[name] : undefined;
      if (called === undefined) throw new Error(`function ${name} is not played by the stand-in`);
      return called(...this.#list(')'));
    }
    if (name === 'true' || name === 'false') return name === 'true';
    if (name === 'null') return null;
    const held = Object.hasOwn(this.scope.names, name) ? this.scope.names[name] : undefined;
    if (held === undefined) throw new Error(`there is no "${name}" here`);
    return held;
  }

  #list(close: string): Value[] {
    const list: Value[] = [];
    while (!this.#take(close)) {
      if (/^for\s/.test(this.text.slice(this.#at)))
        throw new Error('for expressions are not played by the stand-in');
      list.push(this.conditional());
      if (!this.#take(',')) {
        this.#expect(close);
        return list;
      }
    }
    return list;
  }

  #object(): Value {
    const object: { [name: string]: Value } = {};
    while (!this.#take('}')) {
      this.#space();
      const bare = this.#match(/[A-Za-z_][\w-]*(?=\s*[=:])/y);
      const name = bare ?? asText(this.#primary());
      if (!this.#take('=')) this.#expect(':');
      object[name] = this.conditional();
      this.#take(',');
    }
    return object;
  }

  #take(sign: string): boolean {
    this.#space();
    if (!this.text.startsWith(sign, this.#at)) return false;
    if (sign === '=' && this.text[this.#at + 1] === '=') return false;
    if (sign === '!' && this.text[this.#at + 1] === '=') return false;
    this.#at += sign.length;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#take(sign)) throw new Error(`no ${sign} before ${this.text.slice(this.#at).trim()}`);
  }

  #space(): void {
    while (this.#match(/\s+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\//y) !== undefined);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}

function member(value: Value, name: string): Value {
  const held = Array.isArray(value)
    ? value[Number(name)]
    : typeof value === 'object' && value !== null && Object.hasOwn(value, name)
      ? value[name]
      : undefined;
  if (held === undefined) throw new Error(`This object does not have an attribute named "${name}".`);
  return held;
}

function apply(sign: string, left: Value, right: Value): Value {
  const [a, b] = [Number(left), Number(right)];
  switch (sign) {
    case '||':
      return left === true || right === true;
    case '&&':
      return left === true && right === true;
    case '==':
      return JSON.stringify(left) === JSON.stringify(right);
    case '!=':
      return JSON.stringify(left) !== JSON.stringify(right);
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    default:
      return a % b;
  }
}

function unescaped(text: string): string {
  // Escapes hold for the literal parts only: what is interpolated has strings, and escapes, of its own.
  let out = '';
  for (let i = 0; i < text.length;) {
    if (text.startsWith('${', i) && !text.startsWith('$${', i - 1)) {
      const close = closingBrace(text, i + 2);
      out += text.slice(i, close + 1);
      i = close + 1;
    } else if (text[i] === '\\') {
      const next = text[i + 1] ?? '';
      out += { n: '\n', t: '\t', r: '\r' }[next] ?? next;
      i += 2;
    } else out += text[i++];
  }
  return out;
}

function outdented(text: string): string {
  const lines = text.split('\n');
  const widths = lines.filter((line) => line.trim() !== '').map((line) => /^[ \t]*/.exec(line)![0].length);
  return lines.map((line) => line.slice(Math.min(...widths))).join('\n');
}

export const flatTexts = (value: Value | undefined): string[] => asList(value).map(asText);

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from './dynamodb-item';
import { isReservedWord } from './dynamodb-reserved-words';
import { invalid } from './failure';

/** Names and values that an expression refers to. */
export interface Substitutes {
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, AttributeValue>;
}

export type Operand = (item: Item) => AttributeValue | undefined;
const TOKEN = /\s*(<>|<=|>=|[=<>(),+-]|:[\w.-]+|(?:#?\w+)(?:\.#?\w+|\[\d+\])*)/y;

/** Reads an expression token by token; used for conditions and for updates. */
export class ExpressionReader {
  readonly #tokens: string[] = [];
  #at = 0;

  constructor(
    private readonly text: string,
    private readonly substitutes: Substitutes,
  ) {
    TOKEN.lastIndex = 0;
    const trimmed = text.trimEnd();
    while (TOKEN.lastIndex < trimmed.length) {
      const from = TOKEN.lastIndex;
      const match = TOKEN.exec(trimmed);
      if (match === null)
        throw invalid(
          `Invalid expression: Syntax error; token: "${trimmed[from]}", near: "${trimmed.slice(from, from + 20)}"`,
        );
      this.#tokens.push(match[1]!);
    }
  }

  get done(): boolean {
    return this.#at >= this.#tokens.length;
  }

  end(): void {
    if (!this.done) throw this.wrong();
  }

  keyword(word: string): boolean {
    return this.#take((token) => token.toUpperCase() === word);
  }

  symbol(symbol: string): boolean {
    return this.#take((token) => token === symbol);
  }

  expect(symbol: string): void {
    if (!this.symbol(symbol)) throw this.wrong();
  }

  /** `name(`: both tokens are taken. */
  functionName(): string | undefined {
    if (this.#tokens[this.#at + 1] !== '(' || !/^[a-z_]+$/.test(this.#tokens[this.#at]!)) return undefined;
    this.#at += 2;
    return this.#tokens[this.#at - 2];
  }

  /** The document path at the cursor, as the names it goes through. */
  path(): (string | number)[] {
    const token = this.#tokens[this.#at++];
    if (token === undefined || !/^#?\w/.test(token)) throw this.wrong();
    return token.split(/\.|(?=\[)/).map((part) => {
      if (part.startsWith('[')) return Number(part.slice(1, -1));
      if (!part.startsWith('#')) {
        if (isReservedWord(part)) {
          throw invalid(
            `Invalid expression: Attribute name is a reserved keyword; reserved keyword: ${part}`,
          );
        }
        return part;
      }
      const name = this.substitutes.ExpressionAttributeNames?.[part];
      if (name === undefined)
        throw invalid(
          `Invalid expression: An expression attribute name used in the document path is not defined; attribute name: ${part}`,
        );
      return name;
    });
  }

  operand(): Operand {
    const token = this.#tokens[this.#at];
    if (token?.startsWith(':')) {
      this.#at += 1;
      const value = this.substitutes.ExpressionAttributeValues?.[token];
      if (value === undefined)
        throw invalid(
          `Invalid expression: An expression attribute value used in expression is not defined; attribute value: ${token}`,
        );
      return () => value;
    }
    const path = this.path();
    return (item) => follow(item, path);
  }

  wrong(): Error {
    const token = this.#tokens[this.#at] ?? '<EOF>';
    return invalid(`Invalid expression: Syntax error; token: "${token}", near: "${this.text}"`);
  }

  #take(matches: (token: string) => boolean): boolean {
    const token = this.#tokens[this.#at];
    if (token === undefined || !matches(token)) return false;
    this.#at += 1;
    return true;
  }
}

function follow(item: Item, path: (string | number)[]): AttributeValue | undefined {
  let value: AttributeValue | undefined = { M: item };
  for (const step of path) value = typeof step === 'number' ? value?.L?.[step] : value?.M?.[step];
  return value;
}

/** DynamoDB refuses names and values that no expression of the request uses. */
export function assertAllUsed(substitutes: Substitutes, expressions: (string | undefined)[]): void {
  const used = new Set(expressions.join(' ').match(/[#:][\w-]+/g) ?? []);
  for (const [kind, given] of [
    ['Names', substitutes.ExpressionAttributeNames],
    ['Values', substitutes.ExpressionAttributeValues],
  ] as const) {
    const unused = Object.keys(given ?? {}).filter((key) => !used.has(key));
    if (unused.length > 0) {
      throw invalid(
        `Value provided in ExpressionAttribute${kind} unused in expressions: keys: {${unused.join(', ')}}`,
      );
    }
  }
}

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { ExpressionReader } from './dynamodb-reader';
import type { Operand, Substitutes } from './dynamodb-reader';
import type { Item } from './dynamodb-item';
import { invalid } from './failure';

/** Compiles an UpdateExpression of SET (with +, -, if_not_exists), REMOVE and ADD of numbers, on top-level attributes. */
export function compileUpdate(text: string, substitutes: Substitutes): (item: Item) => Item {
  const reader = new ExpressionReader(text, substitutes);
  const steps: ((before: Item, after: Item) => void)[] = [];
  while (!reader.done) {
    if (reader.keyword('SET')) each(reader, () => steps.push(set(reader)));
    else if (reader.keyword('REMOVE')) each(reader, () => steps.push(remove(reader)));
    else if (reader.keyword('ADD')) each(reader, () => steps.push(add(reader)));
    else throw reader.wrong();
  }
  return (before) => {
    const after = { ...before };
    for (const step of steps) step(before, after);
    return after;
  };
}

function each(reader: ExpressionReader, step: () => void): void {
  do step();
  while (reader.symbol(','));
}

function set(reader: ExpressionReader) {
  const name = topLevel(reader);
  reader.expect('=');
  const value = sum(reader);
  return (before: Item, after: Item) => {
    after[name] = value(before) ?? missing();
  };
}

function remove(reader: ExpressionReader) {
  const name = topLevel(reader);
  return (_before: Item, after: Item) => {
    delete after[name];
  };
}

function add(reader: ExpressionReader) {
  const name = topLevel(reader);
  const amount = reader.operand();
  return (before: Item, after: Item) => {
    after[name] = plus(before[name] ?? { N: '0' }, amount(before), 1);
  };
}

function sum(reader: ExpressionReader): Operand {
  const first = term(reader);
  const sign = reader.symbol('+') ? 1 : reader.symbol('-') ? -1 : 0;
  if (sign === 0) return first;
  const second = term(reader);
  return (item) => plus(first(item), second(item), sign);
}

function term(reader: ExpressionReader): Operand {
  const called = reader.functionName();
  if (called === undefined) return reader.operand();
  if (called !== 'if_not_exists')
    throw invalid(`Invalid UpdateExpression: Invalid function name; function: ${called}`);
  const path = reader.operand();
  reader.expect(',');
  const otherwise = reader.operand();
  reader.expect(')');
  return (item) => path(item) ?? otherwise(item);
}

function plus(a: AttributeValue | undefined, b: AttributeValue | undefined, sign: number): AttributeValue {
  if (a?.N === undefined || b?.N === undefined) {
    throw invalid('An operand in the update expression has an incorrect data type');
  }
  return { N: String(Number(a.N) + sign * Number(b.N)) };
}

function topLevel(reader: ExpressionReader): string {
  const path = reader.path();
  if (path.length !== 1)
    throw invalid(`The local DynamoDB updates top-level attributes only, not ${path.join('.')}`);
  return String(path[0]);
}

function missing(): never {
  throw invalid('The provided expression refers to an attribute that does not exist in the item');
}

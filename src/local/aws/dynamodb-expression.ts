import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { ExpressionReader } from './dynamodb-reader';
import type { Operand, Substitutes } from './dynamodb-reader';
import { compareValues, equalValues } from './dynamodb-item';
import type { Item } from './dynamodb-item';
import { invalid } from './failure';

export type Condition = (item: Item) => boolean;

const COMPARISONS: Record<string, (order: number) => boolean> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** Compiles the condition language: comparisons, BETWEEN, IN, the functions, AND, OR, NOT and parentheses. */
export function compileCondition(text: string, substitutes: Substitutes): Condition {
  const reader = new ExpressionReader(text, substitutes);
  const condition = either(reader);
  reader.end();
  return condition;
}

function either(reader: ExpressionReader): Condition {
  let left = both(reader);
  while (reader.keyword('OR')) {
    const [first, second] = [left, both(reader)];
    left = (item) => first(item) || second(item);
  }
  return left;
}

function both(reader: ExpressionReader): Condition {
  let left = negation(reader);
  while (reader.keyword('AND')) {
    const [first, second] = [left, negation(reader)];
    left = (item) => first(item) && second(item);
  }
  return left;
}

function negation(reader: ExpressionReader): Condition {
  if (!reader.keyword('NOT')) return primary(reader);
  const inner = negation(reader);
  return (item) => !inner(item);
}

function primary(reader: ExpressionReader): Condition {
  if (reader.symbol('(')) {
    const inner = either(reader);
    reader.expect(')');
    return inner;
  }
  const named = reader.functionName();
  if (named !== undefined) return call(named, reader);
  return comparison(reader);
}

function call(name: string, reader: ExpressionReader): Condition {
  const path = reader.operand();
  if (name === 'attribute_exists' || name === 'attribute_not_exists') {
    reader.expect(')');
    return (item) => (path(item) !== undefined) === (name === 'attribute_exists');
  }
  reader.expect(',');
  const other = reader.operand();
  reader.expect(')');
  return (item) => {
    const [value, argument] = [path(item), other(item)];
    if (value === undefined || argument === undefined) return false;
    if (name === 'begins_with') return value.S !== undefined && value.S.startsWith(argument.S ?? '\u0000');
    if (name === 'contains') return contains(value, argument);
    if (name === 'attribute_type') return Object.keys(value)[0] === argument.S;
    throw invalid(`Invalid ConditionExpression: Invalid function name; function: ${name}`);
  };
}

function contains(value: AttributeValue, member: AttributeValue): boolean {
  if (value.S !== undefined) return member.S !== undefined && value.S.includes(member.S);
  if (value.SS !== undefined) return member.S !== undefined && value.SS.includes(member.S);
  return (value.L ?? []).some((other) => equalValues(other, member));
}

function comparison(reader: ExpressionReader): Condition {
  const left = reader.operand();
  if (reader.keyword('BETWEEN')) {
    const low = reader.operand();
    if (!reader.keyword('AND')) throw reader.wrong();
    const high = reader.operand();
    return (item) => order(left, low, item, (o) => o >= 0) && order(left, high, item, (o) => o <= 0);
  }
  if (reader.keyword('IN')) {
    const members = list(reader);
    return (item) => members.some((member) => same(left, member, item));
  }
  const symbol = ['=', '<>', '<=', '>=', '<', '>'].find((candidate) => reader.symbol(candidate));
  if (symbol === undefined) throw reader.wrong();
  const right = reader.operand();
  if (symbol === '=') return (item) => same(left, right, item);
  if (symbol === '<>') return (item) => !same(left, right, item);
  return (item) => order(left, right, item, COMPARISONS[symbol]!);
}

function list(reader: ExpressionReader): Operand[] {
  reader.expect('(');
  const members = [reader.operand()];
  while (reader.symbol(',')) members.push(reader.operand());
  reader.expect(')');
  return members;
}

function same(left: Operand, right: Operand, item: Item): boolean {
  const [a, b] = [left(item), right(item)];
  return a !== undefined && b !== undefined && equalValues(a, b);
}

function order(left: Operand, right: Operand, item: Item, holds: (order: number) => boolean): boolean {
  const [a, b] = [left(item), right(item)];
  const compared = a === undefined || b === undefined ? undefined : compareValues(a, b);
  return compared !== undefined && holds(compared);
}

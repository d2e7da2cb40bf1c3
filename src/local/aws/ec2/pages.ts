import { ec2Failure, invalidValue } from './failures';

export interface Page<T> {
  items: T[];
  next?: string;
}

/**
 * One page of what an operation found. EC2 pages only where MaxResults is given; the limit of the local EC2 may cut a
 * page shorter than asked for, which AWS reserves the right to as well.
 */
export function page<T>(
  found: readonly T[],
  asked: { MaxResults?: number; NextToken?: string },
  limits: { pageLimit: number; least?: number; most?: number },
): Page<T> {
  const start = asked.NextToken === undefined ? 0 : offset(asked.NextToken);
  if (asked.MaxResults === undefined && asked.NextToken === undefined) return { items: [...found] };
  const size = asked.MaxResults ?? limits.pageLimit;
  const { least = 1, most = 1000 } = limits;
  if (size < least || size > most) {
    throw invalidValue(
      `Value ( ${size} ) for parameter maxResults is invalid. Expecting ${least} to ${most}.`,
    );
  }
  const end = start + Math.min(size, limits.pageLimit);
  return { items: found.slice(start, end), next: end < found.length ? token(end) : undefined };
}

const token = (start: number): string => Buffer.from(`from ${start}`).toString('base64');

function offset(nextToken: string): number {
  const match = /^from (\d+)$/.exec(Buffer.from(nextToken, 'base64').toString());
  if (match === null) throw ec2Failure('InvalidNextToken', `The token '${nextToken}' is invalid`);
  return Number(match[1]);
}

/**
 * One page of a list. The token is opaque to callers as AWS's are; a token that no page gave is refused by `refuse`.
 */
export function page<T>(
  all: T[],
  size: number,
  token: string | undefined,
  refuse: () => Error,
): { items: T[]; next: string | undefined } {
  const start =
    token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString().replace('from:', ''));
  if (!Number.isInteger(start) || start < 0 || (token !== undefined && start === 0)) throw refuse();
  const end = start + size;
  const next = end < all.length ? Buffer.from(`from:${end}`).toString('base64url') : undefined;
  return { items: all.slice(start, end), next };
}

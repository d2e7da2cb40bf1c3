import type { Violation } from '../contract';

export const broken = (
  invariant: string,
  message: string,
  facts: Record<string, unknown> = {},
): Violation[] => [{ invariant, message, facts }];

import type { createColors } from 'picocolors';

export type Colors = ReturnType<typeof createColors>;

/** The colour of a decision is the same wherever it is shown. */
export function paintDecision(decision: string, colors: Colors): string {
  switch (decision) {
    case 'current':
      return colors.green(decision);
    case 'blocked':
      return colors.red(decision);
    case 'bake':
    case 'reuse':
    case 'amend':
      return colors.cyan(decision);
    default:
      return colors.yellow(decision);
  }
}

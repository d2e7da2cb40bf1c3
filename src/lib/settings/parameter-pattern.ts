/** What the names of all the bakery's own parameters begin with: `/bakery/` of `/bakery/{image}/{arch}/{channel}`. */
export const parameterPrefix = (pattern: string): string => pattern.slice(0, pattern.indexOf('{'));

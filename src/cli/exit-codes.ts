/** What `bakery` ends with, for scripts and pipelines. docs/cli.md explains them. */
export const exitCodes = {
  ok: 0,
  /** It did what it was asked to, and found problems: an invalid bakery.yml, a refused command, a blocked image. */
  problems: 1,
  /** It could not do it: wrong arguments, no such path or image, nothing that answers. */
  usage: 2,
} as const;

/**
 * For `edit`: modules in which one function or passage is another one while the weakness is chosen (WorkerSetup, in the
 * worker's environment). So one bundle holds all weaknesses, and each run has one of them. The bundler fails where what is
 * to be replaced is not there any more.
 */
type Edit = (source: string) => string;

const flagOf = (weakness: string): string => `weakened_${weakness.replaceAll('-', '_')}`;
const flag = (weakness: string): string =>
  `\nconst ${flagOf(weakness)} = (process.env['SIMULATION'] ?? '').includes('"weakness":"${weakness}"');\n`;

/** `made` is TypeScript that makes the new function from the old: `(original) => (...args) => …`. */
export const replacing =
  (weakness: string, name: string, made: string): Edit =>
  (source) => {
    const declared =
      [
        new RegExp(`^(export )?((?:async )?function )${name}\\b`, 'm'),
        new RegExp(`^(export )?(const )${name}\\b`, 'm'),
      ].find((pattern) => pattern.test(source)) ?? undefined;
    if (declared === undefined) return source;
    const kept = `before_${flagOf(weakness)}`;
    const exported = declared.exec(source)?.[1] ?? '';
    // A function, because those are there before the module's first line runs.
    return `${source.replace(declared, `$2${kept}`)}${flag(weakness)}
${exported}function ${name}(...args: any[]): any {
  return ${flagOf(weakness)} ? ((${made}) as any)(${kept})(...args) : (${kept} as any)(...args);
}
`;
  };

/** One expression or statement; `by` gets a name that is true while the weakness is chosen. */
export const rewriting =
  (weakness: string, passage: string, by: (chosen: string) => string): Edit =>
  (source) =>
    source.includes(passage)
      ? `${source.replace(passage, () => by(flagOf(weakness)))}${flag(weakness)}`
      : source;

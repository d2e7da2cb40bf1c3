/**
 * For `edit`: a module in which one function is replaced. `made` is TypeScript that makes the new one from the old:
 * `(original) => (...args) => …`. The bundler fails where there is no such function any more.
 */
export const replacing =
  (name: string, made: string) =>
  (source: string): string => {
    const asFunction = new RegExp(`^(export )?((?:async )?function )${name}\\b`, 'm');
    const asConst = new RegExp(`^(export )?const ${name}\\b`, 'm');
    const kept = `original_${name}`;
    const exported = (found: RegExp) => (found.exec(source)?.[1] === undefined ? '' : 'export ');
    if (asFunction.test(source)) {
      // A function, because those are there before the module's first line runs.
      return `${source.replace(asFunction, `$2${kept}`)}
${exported(asFunction)}function ${name}(...args: any[]): any {
  return ((${made}) as any)(${kept})(...args);
}
`;
    }
    if (!asConst.test(source)) return source;
    return `${source.replace(asConst, `const ${kept}`)}
${exported(asConst)}function ${name}(...args: any[]): any {
  return ((${made}) as any)(${kept})(...args);
}
`;
  };

/** One passage of a module that is another one; the bundler fails where it is not there any more. */
export const rewriting =
  (passage: string, by: string) =>
  (source: string): string =>
    source.replace(passage, () => by);

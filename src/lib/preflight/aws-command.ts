/** A flag's value: true for a flag without one, an object or list as JSON. */
type Value = string | number | true | object;

/**
 * A command of AWS's command line, ready to be pasted into a shell. Flags are its own (`--image-id`); whatever is not plain
 * is quoted for a POSIX shell.
 */
export function awsCommand(operation: string, region: string, flags: Record<string, Value>): string {
  const words = Object.entries(flags).map(([flag, value]) => {
    if (value === true) return `--${flag}`;
    return `--${flag} ${quoted(typeof value === 'object' ? JSON.stringify(value) : String(value))}`;
  });
  return ['aws', operation, '--region', region, ...words].join(' ');
}

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

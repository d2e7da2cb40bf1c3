/**
 * The exit code a recorded shell script is given. Nothing is run: a script succeeds unless it plainly says that it
 * fails, at its top level, by a line or a `;`-separated command that is exactly
 *
 *     exit N      → N (also 0: what follows does not count)
 *     false       → 1
 *
 * Whatever stands in a function, a condition, a loop, a subshell or a heredoc, and whatever hangs on `&&` or `||`, does
 * not count: it is not known whether it would run.
 */
export function scriptVerdict(script: string): number {
  let depth = 0;
  let heredocEnd: string | undefined;
  for (const raw of script.split(/\r?\n/)) {
    if (heredocEnd !== undefined) {
      if (raw.trim() === heredocEnd) heredocEnd = undefined;
      continue;
    }
    const line = raw.replace(/(^|\s)#.*$/, '');
    for (const part of line.split(';')) {
      const command = part.trim();
      if (depth === 0) {
        const exit = /^exit\s+(\d+)$/.exec(command);
        if (exit !== null) return Number(exit[1]) & 255;
        if (command === 'false') return 1;
      }
      depth = Math.max(0, depth + opened(command));
    }
    heredocEnd = /<<-?\s*(['"]?)([A-Za-z_][A-Za-z0-9_]*)\1/.exec(line)?.[2];
  }
  return 0;
}

/** How many levels a command opens, or closes if negative. */
function opened(command: string): number {
  const opens = /^(if|for|while|until|case|select)\b/.test(command) || /[{(]$/.test(command);
  const closes = /^(fi|done|esac)\b/.test(command) || /^[})]/.test(command);
  return Number(opens) - Number(closes);
}

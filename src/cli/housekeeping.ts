import type { LoggedLine } from '../local/bakery/function-log';

/**
 * What a person who watches a running bakery wants to know of the janitor and of retirement: `removed: image ami-0…: its
 * bake ended …`. Undefined for everything else, and for what has not changed since it was told: they come again and again,
 * and what is in their way stays in their way.
 */
export function housekeepingTeller(): (line: LoggedLine) => string | undefined {
  const told = new Set<string>();
  return (line) => {
    if (line['outcome'] === 'done') return doneText(line);
    const hindrance = hindranceText(line);
    if (hindrance === undefined) return undefined;
    const of = `${line.account} ${hindrance}`;
    if (told.has(of)) return undefined;
    told.add(of);
    return hindrance;
  };
}

function doneText(line: LoggedLine): string | undefined {
  const { message, kind, id, build, image, bake, from, to, reason } = line;
  switch (message) {
    case 'leftover':
      return told('removed', `${text(kind)} ${text(id)}`, reason);
    case 'build over its time':
      return told('build stopped', build, reason);
    case 'retention':
      return told(
        'retention',
        image,
        `${text(bake)} ${from === to ? '' : `${text(from)} → `}${text(to)}`,
        reason,
      );
    default:
      return undefined;
  }
}

/** Without what is another with each run, as ages are. */
function hindranceText({
  message,
  outcome,
  kind,
  id,
  build,
  bake,
  found,
  error,
}: LoggedLine): string | undefined {
  switch (message) {
    case 'leftover':
      return outcome === 'failed'
        ? told('could not be removed', `${text(kind)} ${text(id)}`, error)
        : undefined;
    case 'build over its time':
      return outcome === 'failed' ? told('build could not be stopped', build, error) : undefined;
    case 'retention':
      return outcome === 'failed' ? told('could not be retired', bake, error) : undefined;
    case 'more leftovers than are removed without being asked':
      return told(message, `${text(found)}, see bakery janitor --dry-run`);
    case 'more bakes would be retired than are without being asked':
      return told(message, `${text(found)}, see bakery retire --dry-run`);
    default:
      return undefined;
  }
}

const told = (...parts: unknown[]): string =>
  parts
    .filter((part) => part !== undefined)
    .map(text)
    .join(': ');

const text = (part: unknown): string => (typeof part === 'string' ? part : JSON.stringify(part));

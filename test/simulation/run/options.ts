import { faultKinds, type FaultKind } from '../contract';

export interface Options {
  seeds: number;
  firstSeed: number;
  maxEvents: number | undefined;
  faults: FaultKind[];
  weakness: string | undefined;
  replay: number | undefined;
  verbose: boolean;
  workers: number;
  /** Ends at the first seed that violates something. */
  stopAtFirst: boolean;
  /** Seconds after which no further seed is begun. */
  seconds: number | undefined;
  /** Seeds that failed once are run first. */
  known: boolean;
  httpGit: boolean;
}

export const usage = `npm run simulate -- [options]
  --seeds N        how many seeds (default 100)
  --seed S         the first one (default 1)
  --events M       no more than M invocations in a seed
  --faults F       all, none, or kinds by name; -name leaves one out (all,-table-restored)
  --seconds T      begins no further seed after T seconds
  --known          first runs the seeds that failed once (test/simulation/seeds.json)
  --replay S       one seed, told line by line; --verbose tells every call
  --weakness NAME  with a deliberate mistake; finding it is exit code 1
  --stop           ends at the first seed that fails
  --workers W      processes (default: one a core)
  --http-git       over HTTP and with real git
kinds of faults: ${faultKinds.join(', ')}`;

/** @throws RangeError with what is wrong about the arguments */
export function readOptions(args: readonly string[], cores: number): Options {
  const options: Options = {
    seeds: 100,
    firstSeed: 1,
    maxEvents: undefined,
    faults: [...faultKinds],
    weakness: undefined,
    replay: undefined,
    verbose: false,
    workers: cores,
    stopAtFirst: false,
    seconds: undefined,
    known: false,
    httpGit: false,
  };
  const rest = [...args];
  const value = (name: string): string => {
    const given = rest.shift();
    if (given === undefined) throw new RangeError(`${name} needs a value`);
    return given;
  };
  const number = (name: string, least: number): number => {
    const given = value(name);
    const read = Number(given);
    if (!Number.isInteger(read) || read < least)
      throw new RangeError(`${name} takes a whole number from ${least}, not ${given}`);
    return read;
  };
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--seeds') options.seeds = number(arg, 0);
    else if (arg === '--seed') options.firstSeed = number(arg, 0);
    else if (arg === '--events') options.maxEvents = number(arg, 1);
    else if (arg === '--faults') options.faults = readFaults(value(arg));
    else if (arg === '--weakness') options.weakness = value(arg);
    else if (arg === '--replay') options.replay = number(arg, 0);
    else if (arg === '--workers') options.workers = number(arg, 1);
    else if (arg === '--seconds') options.seconds = number(arg, 1);
    else if (arg === '--verbose') options.verbose = true;
    else if (arg === '--stop') options.stopAtFirst = true;
    else if (arg === '--known') options.known = true;
    else if (arg === '--http-git') options.httpGit = true;
    else throw new RangeError(`${arg} is no option`);
  }
  return options;
}

function readFaults(text: string): FaultKind[] {
  const parts = text.split(',').filter((part) => part !== '');
  const [first = ''] = parts;
  const chosen = new Set<string>(first.startsWith('-') ? faultKinds : []);
  for (const part of parts) {
    const kind = part.replace(/^-/, '');
    if (part === 'all') for (const every of faultKinds) chosen.add(every);
    else if (part === 'none') chosen.clear();
    else if (!(faultKinds as readonly string[]).includes(kind))
      throw new RangeError(`${kind} is no kind of fault; there are ${faultKinds.join(', ')}`);
    else if (part.startsWith('-')) chosen.delete(kind);
    else chosen.add(kind);
  }
  return faultKinds.filter((kind) => chosen.has(kind));
}

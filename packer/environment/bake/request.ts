/** What a build is asked to bake. It comes in the variables of StartBuild; see docs of the template contract. */
export interface BakeRequest {
  bakeId: string;
  image: string;
  /** Folder of bakery.yml in the repo; '' is the root of the repo. */
  root: string;
  /** Relative to `root`, like all paths of bakery.yml. */
  template: string;
  /** Everything the bake may read, the template first. */
  inputs: string[];
  only: string[];
  /** Variables of the author; each must be declared by the template. */
  variables: Record<string, string>;
  /** Variables of the template contract; given to templates that declare them. */
  contract: Record<string, string>;
  tags: Record<string, string>;
}

/** Something that the author of the repo, or who set the bakery up, must change: a retry cannot help. */
export class BakeRefused extends Error {
  override readonly name = 'BakeRefused';
}

/** Reads and checks the request. Throws BakeRefused with the variable and the wrong value. */
export function readRequest(environment: Record<string, string | undefined>): BakeRequest {
  const text = (name: string): string => {
    const value = environment[name];
    if (value === undefined)
      throw new BakeRefused(`${name} is not set: this buildspec is started by the bakery`);
    return value;
  };
  const path = (name: string, value: unknown): string => {
    if (typeof value === 'string' && isInside(value)) return value;
    throw new BakeRefused(`${name} names ${quoted(value)}: paths stay below the folder of bakery.yml`);
  };
  const json = (name: string, fallback: string): unknown => {
    try {
      return JSON.parse(environment[name] ?? fallback);
    } catch {
      throw new BakeRefused(`${name} is no JSON: ${quoted(environment[name])}`);
    }
  };
  const list = (name: string, fallback: string): string[] => {
    const value = json(name, fallback);
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw new BakeRefused(`${name} is no list of strings: ${quoted(environment[name])}`);
  };
  const template = path('BAKERY_TEMPLATE', text('BAKERY_TEMPLATE'));
  const { tags = {}, ...contract } = record('BAKERY_CONTRACT', json('BAKERY_CONTRACT', '{}'));
  return {
    bakeId: text('BAKE_ID'),
    image: text('BAKERY_IMAGE'),
    root: environment.BAKERY_ROOT ? path('BAKERY_ROOT', environment.BAKERY_ROOT) : '',
    template,
    inputs: list('BAKERY_INPUTS', JSON.stringify([template])).map((input) => path('BAKERY_INPUTS', input)),
    only: list('BAKERY_ONLY', '[]'),
    variables: strings('BAKERY_VARIABLES', json('BAKERY_VARIABLES', '{}')),
    contract: strings('BAKERY_CONTRACT', contract),
    tags: strings('BAKERY_CONTRACT tags', tags),
  };
}

/** A value in a message: short, whatever it is. */
function quoted(value: unknown): string {
  const text =
    typeof value === 'object' && value !== null
      ? Array.isArray(value)
        ? 'a list'
        : 'an object'
      : String(value);
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`;
}

function isInside(path: string): boolean {
  return (
    path !== '' && !/^\/|\\|\0/.test(path) && path.split('/').every((part) => part !== '..' && part !== '')
  );
}

function record(name: string, value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new BakeRefused(`${name} is no object: ${quoted(value)}`);
}

function strings(name: string, value: unknown): Record<string, string> {
  for (const [key, member] of Object.entries(record(name, value))) {
    if (typeof member !== 'string')
      throw new BakeRefused(`${name}: ${quoted(key)} is no text: ${quoted(member)}`);
  }
  return value as Record<string, string>;
}

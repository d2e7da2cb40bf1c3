import type { Value } from './value';

export type Settings = { [name: string]: Value };

export interface Step {
  type: string;
  settings: Settings;
}

/** One source of a template with what is done to it. */
export interface PlannedBuild {
  /** `amazon-ebs.web` in HCL2, the builder's name in JSON: what -only matches and what the output starts with. */
  label: string;
  /** As in the manifest. */
  name: string;
  builderType: string;
  settings: Settings;
  provisioners: Step[];
  postProcessors: Step[];
}

/** What a command line says about the variables and builds of a template. */
export interface Choice {
  variables: Record<string, string>;
  variableFiles: string[];
  only: string[];
  except: string[];
}

export function choiceOf(meaning: readonly string[]): Choice {
  const choice: Choice = { variables: {}, variableFiles: [], only: [], except: [] };
  for (let i = 0; i < meaning.length; i += 1) {
    const [, name = '', joined] = /^--?([a-z-]+)(?:=(.*))?$/s.exec(meaning[i]!) ?? [];
    const value = joined ?? meaning[(i += 1)] ?? '';
    const at = value.indexOf('=');
    if (name === 'var' && at > 0) choice.variables[value.slice(0, at)] = value.slice(at + 1);
    else if (name === 'var-file') choice.variableFiles.push(value);
    else if (name === 'only') choice.only.push(...value.split(','));
    else if (name === 'except') choice.except.push(...value.split(','));
  }
  return choice;
}

export function chosen(builds: PlannedBuild[], { only, except }: Choice): PlannedBuild[] {
  const named = (patterns: string[], build: PlannedBuild) =>
    patterns.some((pattern) => {
      const source = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
      return new RegExp(`^${source.join('.*')}$`).test(build.label);
    });
  return builds.filter((build) => (only.length === 0 || named(only, build)) && !named(except, build));
}

/** `{{timestamp}}` and its like, which strings of both kinds of template may hold. */
export function interpolated(value: Value, known: Record<string, string>): Value {
  if (Array.isArray(value)) return value.map((each) => interpolated(each, known));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, interpolated(each, known)]));
  }
  if (typeof value !== 'string') return value;
  return value.replace(
    /\{\{\s*([a-z_]+)\s*(?:[`"]([^`"]*)[`"])?[^}]*\}\}/g,
    (whole, name: string, of: string) => {
      const key = of === undefined ? name : `${name} ${of}`;
      return known[key] ?? (name === 'isotime' ? (known.isotime ?? whole) : whole);
    },
  );
}

export function knownNames(startedAt: Date, more: Record<string, string>): Record<string, string> {
  return {
    timestamp: String(Math.floor(startedAt.getTime() / 1000)),
    isotime: startedAt.toISOString().replace(/\.\d+Z/, 'Z'),
    uuid: crypto.randomUUID(),
    ...more,
  };
}

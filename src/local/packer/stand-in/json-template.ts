import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  interpolated,
  knownNames,
  type Choice,
  type PlannedBuild,
  type Settings,
  type Step,
} from './template';
import { asText, TemplateError, type Value } from './value';

interface JsonTemplate {
  variables?: Record<string, Value>;
  builders?: Settings[];
  provisioners?: Settings[];
  'post-processors'?: (Settings | string | (Settings | string)[])[];
}

/** The builds of a classic JSON template. */
export function jsonBuilds(
  path: string,
  choice: Choice,
  environment: NodeJS.ProcessEnv,
  startedAt: Date,
): PlannedBuild[] {
  let template: JsonTemplate;
  try {
    template = JSON.parse(readFileSync(path, 'utf8')) as JsonTemplate;
  } catch (error) {
    throw new TemplateError(`Failed to parse template: ${(error as Error).message}`, path, 1);
  }
  const user = userVariables(path, template, choice, environment);
  const known = knownNames(startedAt, { template_dir: dirname(path), pwd: process.cwd(), ...user });
  const step = (settings: Settings): Step => ({
    type: asText(settings.type),
    settings: interpolated(settings, known) as Settings,
  });
  const postProcessors = (template['post-processors'] ?? [])
    .flat()
    .map((each) => step(typeof each === 'string' ? { type: each } : each));
  return (template.builders ?? []).map((builder) => {
    const settings = interpolated(builder, known) as Settings;
    const name = asText(settings.name ?? settings.type);
    const provisioners = (template.provisioners ?? []).map(step).filter(({ settings: { only, except } }) => {
      const among = (list: Value | undefined) => Array.isArray(list) && list.includes(name);
      return (only === undefined || among(only)) && !among(except);
    });
    return { label: name, name, builderType: asText(settings.type), settings, provisioners, postProcessors };
  });
}

function userVariables(
  path: string,
  { variables = {} }: JsonTemplate,
  { variables: given, variableFiles }: Choice,
  environment: NodeJS.ProcessEnv,
): Record<string, string> {
  const fromFiles = variableFiles.map(
    (file) => JSON.parse(readFileSync(file, 'utf8')) as Record<string, Value>,
  );
  const values: Record<string, Value> = Object.assign({}, variables, ...fromFiles, given) as Record<
    string,
    Value
  >;
  const names = knownNames(new Date(0), {
    ...Object.fromEntries(Object.entries(environment).map(([name, value]) => [`env ${name}`, value ?? ''])),
  });
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value === null) throw new TemplateError(`required user variable "${name}" must be set`, path, 1);
    out[`user ${name}`] = asText(interpolated(value, names)).replace(/\{\{\s*env `[^`]*`\s*\}\}/g, '');
  }
  return out;
}

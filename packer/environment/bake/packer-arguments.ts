import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { BakeRequest } from './request';
import { BakeRefused } from './request';

export interface PackerCall {
  /** After `packer validate`. */
  validate: string[];
  /** After `packer build`. */
  build: string[];
  environment: Record<string, string>;
}

/**
 * How the template is called. HCL2 gets the contract as `PKR_VAR_…`, of which packer ignores what is not declared; a
 * classic JSON template gets `-var` for what it declares, and never `tags`, which JSON variables cannot hold. The
 * author's own variables must be declared in both.
 */
export function packerCall(request: BakeRequest, folder: string): PackerCall {
  const { template, variables, contract, tags } = request;
  const only = request.only.length > 0 ? [`-only=${request.only.join(',')}`] : [];
  const build = ['-machine-readable', '-color=false', '-timestamp-ui', '-on-error=cleanup'];
  const call = (vars: Record<string, string>, environment: Record<string, string>): PackerCall => {
    const flags = Object.entries(vars).flatMap(([name, value]) => ['-var', `${name}=${value}`]);
    return {
      validate: [...only, ...flags, template],
      build: [...build, ...only, ...flags, template],
      environment,
    };
  };
  if (isJson(join(folder, template))) {
    const declared = declaredByJson(join(folder, template), template);
    const unknown = Object.keys(variables).filter((name) => !declared.has(name));
    if (unknown.length > 0) throw new BakeRefused(`${template} declares no variable ${unknown.join(', ')}`);
    const given = Object.entries(contract).filter(([name]) => declared.has(name));
    return call({ ...Object.fromEntries(given), ...variables }, {});
  }
  const environment = Object.fromEntries(
    Object.entries(contract).map(([name, value]) => [`PKR_VAR_${name}`, value]),
  );
  return call(variables, { ...environment, PKR_VAR_tags: hclObject(tags) });
}

function isJson(path: string): boolean {
  return path.endsWith('.json') && !path.endsWith('.pkr.json') && statSync(path).isFile();
}

function declaredByJson(path: string, template: string): Set<string> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new BakeRefused(`${template} is no JSON: ${(error as Error).message}`);
  }
  if (typeof content !== 'object' || content === null) throw new BakeRefused(`${template} is no JSON object`);
  const variables = 'variables' in content ? content.variables : undefined;
  return new Set(typeof variables === 'object' && variables !== null ? Object.keys(variables) : []);
}

/** JSON is an HCL2 expression, but for its template sequences, which must stay text. */
function hclObject(tags: Record<string, string>): string {
  return JSON.stringify(tags).replaceAll(/[$%](?=\{)/g, '$&$&');
}

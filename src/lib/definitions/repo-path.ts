import type { ImageDefinition } from './catalog';

/**
 * A path as the catalog keeps it: relative to the folder of bakery.yml, '' for that folder itself, no slash at either
 * end. Undefined: it leaves the repo or is not written plainly.
 */
export function repoPath(written: string): string | undefined {
  if (written.startsWith('/') || /[\\\p{C}]/u.test(written)) return undefined;
  const steps = written.replace(/\/$/, '').split('/');
  while (steps[0] === '.') steps.shift();
  if (steps.some((step) => step === '' || step === '.' || step === '..' || step !== step.trim()))
    return undefined;
  if (steps[0] === '.git') return undefined;
  return steps.join('/');
}

/** How Packer reads a template of this name; undefined: it would not read it as one. */
export function templateKind(written: string): ImageDefinition['template']['kind'] | undefined {
  if (written.endsWith('/') || /(^|\/)\.$/.test(written)) return 'hcl-folder';
  if (/\.pkr\.(hcl|json)$/.test(written)) return 'hcl-file';
  if (written.endsWith('.json')) return 'json';
  return /\.(hcl|pkrvars|ya?ml|tf|sh)$/.test(written) ? undefined : 'hcl-folder';
}

/** The folder a path lies in; '' for the folder of bakery.yml, which also stands for itself. */
export const parentFolder = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

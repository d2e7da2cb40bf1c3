import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { complaints } from './complaints';
import type { CopiedTemplate } from './copied-template';
import { RewrittenHcl } from './rewritten-hcl';
import { RewrittenJson } from './rewritten-json';

/** Packer names a few complaints at a time; a template that needs more rounds than this is not worth guessing at. */
const mostRounds = 25;

/**
 * Takes out of the copy what the installed Packer does not know, asking `packer validate` until it is content. Answers
 * undefined then, and what Packer says otherwise.
 */
export function fit(
  copy: CopiedTemplate,
  packer: { path: string; version: string },
  meaning: readonly string[],
  environment: NodeJS.ProcessEnv,
): { output: string; exitCode: number } | undefined {
  const reason = `this Packer ${packer.version} does not know it`;
  for (let round = 0; ; round += 1) {
    copy.write();
    const validated = spawnSync(packer.path, ['validate', ...meaning, copy.path], {
      encoding: 'utf8',
      env: environment,
    });
    if (validated.status === 0) return undefined;
    const output = `${validated.stdout}${validated.stderr}`;
    const removed = complaints(output).filter((complaint) =>
      copy.rewritten.some(({ path, content }) =>
        complaint.kind === 'hcl'
          ? content instanceof RewrittenHcl &&
            path === resolve(complaint.file) &&
            content.remove(complaint.name, complaint.line, reason)
          : content instanceof RewrittenJson && content.removeKey(complaint.name, reason),
      ),
    );
    if (removed.length === 0 || round === mostRounds) {
      return { output: copy.asAuthored(output), exitCode: validated.status ?? 1 };
    }
  }
}

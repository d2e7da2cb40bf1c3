import type { ImageDefinition } from '../../lib/definitions/catalog';
import type { ImageRepo } from './image-repo';

/** The file of a template that a change is made in: a script before anything else. */
export async function ownFile(repo: ImageRepo, definition: ImageDefinition): Promise<string> {
  const { path } = definition.template;
  const files = await repo.files(path);
  return (
    files.find((file) => file.endsWith('.sh')) ?? files.find((file) => /\.(hcl|json)$/.test(file)) ?? path
  );
}

/** A change that makes no difference to what the template does, in a file that only this image is made of. */
export async function touch(repo: ImageRepo, definition: ImageDefinition, why: string): Promise<string> {
  const file = await ownFile(repo, definition);
  await repo.edit(file, (text) => (/\.(sh|hcl)$/.test(file) ? `${text.trimEnd()}\n# ${why}\n` : `${text}\n`));
  return file;
}

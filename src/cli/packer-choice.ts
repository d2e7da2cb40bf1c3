import { findPacker } from '../local/packer/bench';
import { UsageError } from './usage-error';

export const packerChoices = ['auto', 'real', 'stand-in'] as const;
export type PackerChoice = (typeof packerChoices)[number];

/** Path of the Packer to use; undefined: a stand-in plays it. */
export async function choosePacker(choice: PackerChoice, searchPath: string): Promise<string | undefined> {
  if (choice === 'stand-in') return undefined;
  const found = await findPacker(searchPath);
  if (found === undefined && choice === 'real') {
    throw new UsageError(
      'There is no packer on the PATH. Install it (packer.io/downloads), or leave out --packer real: a stand-in plays it then.',
    );
  }
  return found;
}

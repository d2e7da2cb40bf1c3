import { spawnSync } from 'node:child_process';

const isThere = (command: string): boolean => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;

/** `test`, skipped visibly where one of the commands is not on the PATH; CI fails on what is skipped. */
export const testWith = (...commands: string[]) => (commands.every(isThere) ? test : test.skip);

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bake } from './bake';
import { builderLine } from './builder';
import { checkOut } from './check-out';
import type { Outcome } from './outcome';
import { exportLines } from './outcome';
import type { ToolsLock } from './tools';
import { prepareTools } from './tools';

/** packer/environment/tools.lock, put in when this is bundled. */
declare const TOOLS_LOCK: ToolsLock;

/**
 * `main.mjs bake FOLDER` bakes, leaves its outcome in FOLDER and ends with 1 where it failed; `main.mjs exports FOLDER`
 * prints the shell lines that export the outcome, also of a bake that never got as far as leaving one.
 */
const [command, folder = '.'] = process.argv.slice(2);
const outcomeFile = join(folder, 'outcome.json');
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

if (command === 'bake') {
  mkdirSync(folder, { recursive: true });
  const outcome = await bake({
    environment: process.env,
    source: () =>
      checkOut(join(folder, 'repo'), process.env) ?? process.env.CODEBUILD_SRC_DIR ?? process.cwd(),
    workFolder: folder,
    prepareTools: async ({ contract }) =>
      prepareTools({
        lock: TOOLS_LOCK,
        folder: join(folder, 'tools'),
        environment: process.env,
        sessionManager: contract['ssh_interface'] === 'session_manager',
        say,
      }),
    builder: (tools) => builderLine({ tools, lock: TOOLS_LOCK, environment: process.env }),
    say,
  });
  mkdirSync(dirname(outcomeFile), { recursive: true });
  writeFileSync(outcomeFile, JSON.stringify(outcome));
  say(outcome.failureClass === '' ? `bake: made ${outcome.amis}` : `bake: failed (${outcome.failureClass})`);
  process.exitCode = outcome.failureClass === '' ? 0 : 1;
} else {
  const nothing: Outcome = { amis: '', failureClass: 'unknown', failureLines: [], packerVersion: '' };
  const outcome = existsSync(outcomeFile)
    ? (JSON.parse(readFileSync(outcomeFile, 'utf8')) as Outcome)
    : nothing;
  process.stdout.write(exportLines(outcome));
}

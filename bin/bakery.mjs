#!/usr/bin/env node
/** Starts the command line, src/cli/main.ts, as it stands: there is no build step. */
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `The bakery needs Node.js 20.19 or newer; this is ${process.version}, at ${process.execPath}. Install a newer one, or put it first on the PATH.`,
  );
  process.exit(1);
}

// The SDK warns of next year's end of Node 20 support on every client; here the warning would stand between a person and the answer.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

// What runs on this machine alone needs no secret of the person at the keyboard: no process that it starts gets to see one.
const local = new Set(['tour', 'up']);
if (local.has(process.argv.slice(2).find((argument) => !argument.startsWith('-')))) {
  const kept =
    /^(PATH|HOME|USER|SHELL|PWD|TMPDIR|TEMP|TMP|TERM|COLORTERM|COLUMNS|LINES|LANG|LC_\w+|TZ|CI|NO_COLOR|FORCE_COLOR|NODE_\w+|AWS_SDK_JS_\w+)$/;
  for (const name of Object.keys(process.env)) if (!kept.test(name)) delete process.env[name];
}

const root = join(fileURLToPath(import.meta.url), '../..');
const { register } = await import('tsx/esm/api').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error(`The bakery's packages are not installed. Run: npm ci --prefix ${root}`);
  process.exit(1);
});
// This project's settings, not those of the folder in which a person happens to stand.
register({ tsconfig: join(root, 'tsconfig.json') });
await import(pathToFileURL(join(root, 'src/cli/main.ts')).href);

/**
 * The `packer` that builds of the local bakery find on their PATH. It runs the real Packer on a copy of the template
 * that leads to the local bakery instead of AWS, or the stand-in where there is no Packer.
 */
import { existsSync } from 'node:fs';
import { packerCommand, type PackerCommand } from './arguments';
import { CopiedTemplate } from './copied-template';
import { fit } from './fit';
import { runInPlace } from './run';
import { readSettings, type ShimSettings } from './settings';
import { isBefore17 } from './version';

/** Packer asks EC2 every second instead of every two to fifteen; half an hour, as it does by itself. */
const polling = { AWS_POLL_DELAY_SECONDS: '1', AWS_MAX_ATTEMPTS: '1800' };

async function main(args: string[]): Promise<number> {
  const settings = readSettings(process.env);
  const { realPacker } = settings;
  const parsed = packerCommand(args);
  if (realPacker === undefined) {
    const { standIn } = await import('../stand-in/main');
    return standIn(args, parsed, settings, process.env);
  }
  const environment = { ...process.env, ...polling };
  if (parsed.command === 'init' && isBefore17(settings.version)) {
    say(`local bakery: Packer ${settings.version} has its plugins built in, nothing to init`);
    return 0;
  }
  if (
    !['build', 'validate', 'inspect', 'console'].includes(parsed.command) ||
    parsed.templateAt === undefined
  ) {
    return runInPlace(realPacker, args, environment);
  }
  return onCopy(args, parsed, { ...settings, realPacker }, environment);
}

async function onCopy(
  args: string[],
  { command, templateAt, meaning }: PackerCommand,
  settings: ShimSettings & { realPacker: string },
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  const template = args[templateAt!]!;
  if (template === '-') {
    say('local bakery: a template from standard input is not taken: give the path of a file or folder');
    return 1;
  }
  // Packer says best what it thinks of a template that is not there.
  if (!existsSync(template)) return runInPlace(settings.realPacker, args, environment);
  const copy = new CopiedTemplate(template, settings);
  try {
    const packer = { path: settings.realPacker, version: settings.version };
    const refusal = fit(copy, packer, meaning, environment);
    for (const note of copy.notes()) say(note);
    if (refusal !== undefined && command !== 'inspect') {
      process.stderr.write(refusal.output);
      return refusal.exitCode;
    }
    if (copy.unreadable.length > 0) {
      say(`local bakery: cannot lead this template to the local EC2: ${copy.unreadable.join('; ')}`);
      return 1;
    }
    return await runInPlace(settings.realPacker, args.with(templateAt!, copy.path), environment);
  } finally {
    copy.close();
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    say(`local bakery: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  },
);

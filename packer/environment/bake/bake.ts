import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { classifyFailure } from './failure-class';
import { copyInputs } from './clean-copy';
import type { MachineLine } from './machine-readable';
import { collectOutput, humanText, parseMachineLine } from './machine-readable';
import { manifestAmis } from './manifest';
import { maskSecrets } from './mask';
import type { Outcome } from './outcome';
import { failed, judge } from './outcome';
import { packerCall } from './packer-arguments';
import { PackageLines } from './packages';
import { BakeRefused, readRequest } from './request';
import type { BakeRequest } from './request';
import { runPacker } from './run-packer';
import type { Tools } from './tools';

/** One bake from request to outcome: copy, validate, build, judge. Says what a person should see through `say`. */
export async function bake(options: {
  environment: Record<string, string | undefined>;
  /** The checked-out repo. */
  source: () => string;
  /** An empty folder for the copy. */
  workFolder: string;
  prepareTools: (request: BakeRequest) => Promise<Tools>;
  /** What the bake is built with, as one line; empty: not known. */
  builder: (tools: Tools) => string;
  say: (line: string) => void;
}): Promise<Outcome> {
  const lines: string[] = [];
  const say = (line: string): void => {
    for (const masked of maskSecrets(line.split('\n'))) {
      lines.push(masked);
      options.say(masked);
    }
  };
  let packerVersion = '';
  try {
    const request = readRequest(options.environment);
    const folder = join(options.workFolder, 'inputs');
    mkdirSync(folder, { recursive: true });
    copyInputs(join(options.source(), request.root), folder, request.inputs);
    const call = packerCall(request, folder);
    const tools = await options.prepareTools(request);
    packerVersion = tools.version;
    say(`bake: ${request.bakeId} of ${request.image}, packer ${packerVersion}`);
    const environment = { ...options.environment, ...tools.environment, ...call.environment };

    const validated: string[] = [];
    const validCode = await runPacker({
      packer: tools.packer,
      args: ['validate', ...call.validate],
      folder,
      environment,
      onLine: (line) => {
        validated.push(line);
        say(line);
      },
    });
    if (validCode !== 0) {
      return failed(classifyFailure([], validated, 'validate'), lines, packerVersion);
    }

    const machineLines: MachineLine[] = [];
    const packages = new PackageLines();
    const onLine = (line: string): void => {
      const parsed = parseMachineLine(line);
      if (parsed !== undefined) machineLines.push(parsed);
      const human = parsed === undefined ? line : humanText(parsed);
      // Hundreds of lines that would crowd out those that tell why a bake failed.
      if (human !== undefined && packages.take(human)) options.say(human);
      else if (human !== undefined) say(human);
    };
    const exitCode = await runPacker({
      packer: tools.packer,
      args: ['build', ...call.build],
      folder,
      environment,
      onLine,
    });
    const manifest = readManifest([
      folder,
      join(folder, dirname(request.template)),
      join(folder, request.template),
    ]);
    const outcome = judge({ exitCode, output: collectOutput(machineLines), lines, manifest, packerVersion });
    if (outcome.failureClass !== '') return outcome;
    const list = packages.packages();
    say(
      list.hash === ''
        ? 'bake: the template does not tell what is installed'
        : `bake: ${packages.count} packages, ${list.hash}${list.list === '' ? ': too many to keep' : ''}`,
    );
    return { ...outcome, packages: list, builder: options.builder(tools) };
  } catch (error) {
    say(`bake: ${error instanceof Error ? error.message : String(error)}`);
    return failed(error instanceof BakeRefused ? 'template' : 'unknown', lines, packerVersion);
  }
}

/** The manifest under its default name, where the template has the post-processor. */
function readManifest(folders: string[]): string[] | undefined {
  const path = folders.map((folder) => join(folder, 'packer-manifest.json')).find((file) => existsSync(file));
  return path === undefined ? undefined : manifestAmis(readFileSync(path, 'utf8'));
}

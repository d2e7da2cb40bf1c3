import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import type { PackerCommand } from '../shim/arguments';
import type { ShimSettings } from '../shim/settings';
import { AmiBuild, type Artifact } from './ami-build';
import { Ec2Query } from './ec2-query';
import { hclBuilds } from './hcl-template';
import { jsonBuilds } from './json-template';
import { addToManifest } from './manifest';
import { Output } from './output';
import { missingFiles } from './provision';
import { choiceOf, chosen, type PlannedBuild } from './template';
import { asObject, asText, TemplateError } from './value';

const userAgent = 'bakery-packer-stand-in';

/**
 * Plays Packer where none is installed: reads the template, asks the local EC2 for the same things in the same order,
 * records what provisioners would do. Answers Packer's exit codes.
 */
export async function standIn(
  args: string[],
  parsed: PackerCommand,
  settings: ShimSettings,
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  const output = new Output(args.includes('-machine-readable'));
  const print = (text: string) => output.say(text);
  switch (parsed.command) {
    case 'version':
      print(`Packer v${settings.version} (stand-in of the local bakery)`);
      return 0;
    case 'init':
      print('local bakery: the stand-in has no plugins to init');
      return 0;
    case 'plugins':
      return 0;
    case 'validate':
    case 'build':
      break;
    default:
      print(`local bakery: the stand-in plays build, validate and version, not "${parsed.command}"`);
      return 1;
  }
  const template = parsed.templateAt === undefined ? undefined : args[parsed.templateAt];
  if (template === undefined) {
    print(`Usage: packer ${parsed.command} [options] TEMPLATE`);
    return 1;
  }
  try {
    const choice = choiceOf(parsed.meaning);
    if (template.endsWith('.pkr.json')) {
      throw new TemplateError('the stand-in does not read HCL2 written as JSON', template, 1);
    }
    if (!existsSync(template)) throw new TemplateError('there is no such file or folder', template, 1);
    const read = template.endsWith('.json') ? jsonBuilds : hclBuilds;
    const builds = chosen(read(template, choice, environment, new Date()), choice);
    if (builds.length === 0)
      throw new TemplateError('no build is left to do: see -only and -except', template, 1);
    builds.forEach((build) => check(build, template));
    if (parsed.command === 'build') return await buildAll(builds, settings, output);
    print('The configuration is valid.');
    return 0;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    print(
      `Error: ${error.message}\n\n  on ${relative(process.cwd(), error.file) || error.file} line ${error.line}`,
    );
    return 1;
  }
}

function check({ label, builderType, settings, provisioners }: PlannedBuild, file: string): void {
  if (builderType !== 'amazon-ebs') {
    throw new TemplateError(`the stand-in plays amazon-ebs, not ${builderType} (${label})`, file, 1);
  }
  const missing = ['ami_name', 'instance_type', 'ssh_username'].filter(
    (name) => asText(settings[name]) === '',
  );
  if (settings.source_ami === undefined && settings.source_ami_filter === undefined)
    missing.push('source_ami');
  if (missing.length > 0)
    throw new TemplateError(`${label}: ${missing.join(', ')} must be specified`, file, 1);
  for (const step of provisioners) {
    const [gone] = missingFiles(step);
    if (gone === undefined) continue;
    throw new TemplateError(`Failed preparing provisioner-block "${step.type}"\n\n* ${gone}`, file, 1);
  }
}

async function buildAll(builds: PlannedBuild[], settings: ShimSettings, output: Output): Promise<number> {
  const print = (text: string) => output.say(text);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      print(`Cancelling build after receiving ${signal}`);
      stop.abort();
    });
  }
  print('local bakery: no packer on PATH, a stand-in plays it');
  const runUuid = randomUUID();
  const ended = await Promise.all(
    builds.map((build) => buildOne(build, settings, stop.signal, runUuid, output)),
  );
  if (stop.signal.aborted) {
    print('Cleanly cancelled builds after being interrupted.');
    return 1;
  }
  const failed = ended.filter(({ error }) => error !== undefined);
  if (failed.length > 0) {
    print("\n==> Some builds didn't complete successfully and had errors:");
    for (const { label, error } of failed) {
      print(`--> ${label}: ${error}`);
      output.error(label, error!);
    }
  }
  const made = ended.filter(({ artifact }) => artifact !== undefined);
  if (made.length === 0) print('\n==> Builds finished but no artifacts were created.');
  else print('\n==> Builds finished. The artifacts of successful builds are:');
  for (const { label, artifact } of made) {
    print(`--> ${label}: AMIs were created:\n${lines(artifact!)}\n`);
    output.artifact(label, artifactId(artifact!));
  }
  return failed.length > 0 ? 1 : 0;
}

async function buildOne(
  plan: PlannedBuild,
  settings: ShimSettings,
  signal: AbortSignal,
  runUuid: string,
  output: Output,
): Promise<{ label: string; artifact?: Artifact; error?: string }> {
  const { label } = plan;
  const say = (line: string, indent = false) =>
    output.say(`${indent ? '   ' : '==>'} ${label}: ${line}`, indent ? 'message' : 'say');
  const ec2 = new Ec2Query(settings.endpoint, `LOCAL${settings.account}`, `${userAgent}/${settings.version}`);
  try {
    const artifact = await new AmiBuild(plan, settings, ec2, signal, say).run();
    for (const { type, settings: of } of plan.postProcessors) {
      if (type !== 'manifest') say(`local bakery: post-processor "${type}" is not played by the stand-in`);
      else {
        addToManifest(asText(of.output) || 'packer-manifest.json', {
          name: plan.name,
          builder_type: plan.builderType,
          build_time: Math.floor(Date.now() / 1000),
          files: null,
          artifact_id: artifactId(artifact),
          packer_run_uuid: runUuid,
          custom_data:
            of.custom_data === undefined ? null : (asObject(of.custom_data) as Record<string, string>),
        });
      }
    }
    return { label, artifact };
  } catch (error) {
    return { label, error: (error as Error).message };
  }
}

const lines = (artifact: Artifact): string =>
  Object.entries(artifact)
    .map(([region, id]) => `${region}: ${id}`)
    .sort()
    .join('\n');

const artifactId = (artifact: Artifact): string =>
  lines(artifact).replaceAll(': ', ':').replaceAll('\n', ',');

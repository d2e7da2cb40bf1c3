import { parse } from 'yaml';
import { z } from 'zod';

const phaseNames = ['install', 'pre_build', 'build', 'post_build'] as const;
export type PhaseName = (typeof phaseNames)[number];

const commands = z.array(z.coerce.string()).default([]);
const phase = z.looseObject({
  commands,
  finally: commands,
  'on-failure': z.enum(['ABORT', 'CONTINUE']).optional(),
});
const schema = z.looseObject({
  version: z.union([z.literal(0.2), z.literal('0.2')]),
  env: z
    .strictObject({
      shell: z.enum(['bash', '/bin/sh', 'sh']).default('sh'),
      variables: z.record(z.string(), z.coerce.string()).default({}),
      'exported-variables': z.array(z.string()).default([]),
      'git-credential-helper': z.enum(['yes', 'no']).optional(),
    })
    .prefault({}),
  phases: z.strictObject(Object.fromEntries(phaseNames.map((name) => [name, phase.optional()]))),
});

export interface BuildspecPhase {
  name: PhaseName;
  commands: string[];
  /** Run after the commands, whatever became of them. */
  finally: string[];
  onFailure?: 'ABORT' | 'CONTINUE';
}

export interface Buildspec {
  shell: 'sh' | 'bash';
  variables: Record<string, string>;
  exportedVariables: string[];
  /** Always all four, in order. */
  phases: BuildspecPhase[];
}

/** Reads a version 0.2 buildspec. What the local CodeBuild cannot honour (`env.secrets-manager`, …) is an error. */
export function parseBuildspec(text: string): Buildspec {
  const result = schema.safeParse(parse(text));
  if (!result.success)
    throw new Error(`YAML_FILE_ERROR: ${z.prettifyError(result.error).replace(/\n\s*/g, ' ')}`);
  const { env, phases } = result.data;
  return {
    shell: env.shell === 'bash' ? 'bash' : 'sh',
    variables: env.variables,
    exportedVariables: env['exported-variables'],
    phases: phaseNames.map((name) => {
      const { commands: run = [], finally: last = [], 'on-failure': onFailure } = phases[name] ?? {};
      return { name, commands: run, finally: last, ...(onFailure === undefined ? {} : { onFailure }) };
    }),
  };
}

/** Every command that a build of this buildspec would run, in order, to show them to a person first. */
export function plannedCommands(buildspec: Buildspec): { phase: PhaseName; command: string }[] {
  return buildspec.phases.flatMap(({ name, commands: run, finally: last }) =>
    [...run, ...last].map((command) => ({ phase: name, command })),
  );
}

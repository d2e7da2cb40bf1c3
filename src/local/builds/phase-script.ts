import type { Buildspec } from './buildspec';

/** Single quotes keep everything literal in sh; a quote itself is closed, escaped and opened again. */
export const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * The commands of a phase for one instance of the build's shell. Variables, working folder and shell options live from
 * command to command; variables and folder also from phase to phase, through `state` (written when the shell ends, so
 * that an `exit` in a command loses nothing). The first command that fails ends the phase; its number is left in
 * `state.command`.
 */
export function phaseScript(
  shell: Buildspec['shell'],
  commands: string[],
  options: { stateFile: string; succeeding: boolean },
): string {
  const state = quote(options.stateFile);
  const folder = quote(`${options.stateFile}.folder`);
  const dump = shell === 'bash' ? 'declare -p' : 'export -p; set';
  const lines = [
    'exec 2>&1',
    `if [ -f ${state} ]; then . ${state} 2>/dev/null; cd "$(cat ${folder})"; fi`,
    `export CODEBUILD_BUILD_SUCCEEDING=${options.succeeding ? 1 : 0}`,
    `__codebuild_save() { { ${dump}; } > ${state}; pwd > ${folder}; }`,
    'trap __codebuild_save EXIT',
  ];
  commands.forEach((command, index) => {
    lines.push(
      `printf '%s\\n' ${quote(`[Container] Running command ${inOneLine(command)}`)}`,
      `printf '%s' ${index} > ${quote(`${options.stateFile}.command`)}`,
      `eval ${quote(command)}`,
      '__codebuild_code=$?; [ $__codebuild_code -eq 0 ] || exit $__codebuild_code',
    );
  });
  return `${lines.join('\n')}\n`;
}

/** The log shows a here-document by its first line. */
function inOneLine(command: string): string {
  const [first = '', ...more] = command.trimEnd().split('\n');
  return more.length === 0 ? first : `${first} … (${more.length} more lines)`;
}

/** Prints the environment that the phases have left, each variable ended by a zero byte. */
export function environmentScript(stateFile: string): string {
  return `if [ -f ${quote(stateFile)} ]; then . ${quote(stateFile)} 2>/dev/null; fi\nenv -0\n`;
}

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ShimSettings } from '../shim/settings';
import { flatTexts } from './expression';
import type { Step } from './template';
import { asText } from './value';

/** What a step reads on this machine and does not find, in Packer's words; Packer looks before it builds anything. */
export function missingFiles({ type, settings }: Step): string[] {
  const gone = (path: string): boolean => path !== '' && !existsSync(path);
  const said = (what: string) => (path: string) =>
    `Bad ${what} '${path}': stat ${path}: no such file or directory`;
  if (type === 'file') {
    return settings.content === undefined ? [asText(settings.source)].filter(gone).map(said('source')) : [];
  }
  return [...flatTexts(settings.script), ...flatTexts(settings.scripts)].filter(gone).map(said('script'));
}

/** What a step uploads and runs goes to the bench, which records it and says how it ends. */
export class Provisioning {
  #scripts = 0;
  constructor(
    private readonly settings: ShimSettings,
    private readonly say: (line: string) => void,
  ) {}

  /** Throws Error where the step fails. */
  async run({ type, settings }: Step): Promise<void> {
    switch (type) {
      case 'file':
        return this.#file(asText(settings.source), asText(settings.destination), settings.content);
      case 'shell':
      case 'powershell':
      case 'windows-shell':
        return this.#shell(type, settings);
      case 'shell-local':
        return this.say('local bakery: shell-local is not run by the stand-in');
      case 'breakpoint':
        return;
      default:
        throw new Error(
          `the stand-in does not play provisioner "${type}": it plays shell, powershell, windows-shell, file`,
        );
    }
  }

  async #shell(type: string, settings: Step['settings']): Promise<void> {
    const inline = flatTexts(settings.inline);
    const shebang = asText(settings.inline_shebang) || '/bin/sh -e';
    const files = [...flatTexts(settings.script), ...flatTexts(settings.scripts)];
    const scripts = files.map((path) => readFileSync(path, 'utf8'));
    if (inline.length > 0) scripts.push(`${type === 'shell' ? `#!${shebang}\n` : ''}${inline.join('\n')}\n`);
    if (scripts.length === 0) throw new Error('Either a script file or inline script must be specified.');
    const variables = flatTexts(settings.environment_vars).map((each) => each.replace(/=(.*)$/s, "='$1'"));
    const allowed = flatTexts(settings.valid_exit_codes).map(Number);
    for (const text of scripts) {
      this.say(`Provisioning with ${type} script`);
      const path = `/tmp/script_${++this.#scripts}.sh`;
      await this.#send({ upload: { path, text } });
      const vars = variables.length === 0 ? '' : `${variables.join(' ')} `;
      const { exitCode, output } = await this.#send({ command: `chmod +x ${path}; ${vars}${path}` });
      for (const line of output.split('\n')) if (line !== '') this.say(line);
      this.say(`local bakery: recorded, not run (exit ${exitCode})`);
      if (exitCode !== 0 && !allowed.includes(exitCode)) {
        throw new Error(`Script exited with non-zero exit status: ${exitCode}. Allowed exit codes are: [0]`);
      }
    }
  }

  async #file(source: string, destination: string, content: unknown): Promise<void> {
    if (typeof content === 'string') {
      await this.#send({ upload: { path: destination, text: content } });
      return;
    }
    this.say(`Uploading ${source} => ${destination}`);
    if (!statSync(source).isDirectory()) {
      const path = destination.endsWith('/') ? destination + basename(source) : destination;
      await this.#send({ upload: { path, text: readFileSync(source, 'utf8') } });
      return;
    }
    // As rsync: with a slash at its end the folder's content, without one the folder itself.
    const into = source.endsWith('/') ? destination : join(destination, basename(source));
    for (const entry of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
      if (statSync(join(source, entry)).isDirectory()) continue;
      const text = readFileSync(join(source, entry), 'utf8');
      await this.#send({ upload: { path: join(into, entry), text } });
    }
  }

  async #send(
    step: { upload: { path: string; text: string } } | { command: string },
  ): Promise<{ exitCode: number; output: string }> {
    const { endpoint, token } = this.settings;
    const response = await fetch(`${endpoint}/bakery/provision/${encodeURIComponent(token)}`, {
      method: 'POST',
      body: JSON.stringify(step),
    });
    if (!response.ok) throw new Error(`the local bakery answers ${response.status}`);
    return (await response.json()) as { exitCode: number; output: string };
  }
}

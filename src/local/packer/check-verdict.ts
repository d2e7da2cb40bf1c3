import type { CommandEnd, SentCommand } from '../aws/ssm-run-command';
import { scriptVerdict } from './script-verdict';
import type { TranscriptEntry } from './transcript';

/** A check of the starter repos, and what in the provisioning of a candidate would make it fail. */
const defects: Record<string, RegExp> = {
  'no-world-writable-files.sh':
    /\bchmod (-\S+ )*(0?[0-7]{2}[2367]|[ugo]*[ao][ugoa]*\+[rx]*w\w*|\+[rx]*w\w*) \S+/,
  'services-up.sh': /\bsystemctl (--now )?(disable|mask|stop) \S+/,
  'no-credentials.sh':
    /-----BEGIN ([A-Z]+ )*PRIVATE KEY-----|\b(AKIA|ASIA)[A-Z0-9]{16}\b|>+ *\S*\/\.(netrc|aws\/credentials)\b/,
  'no-ssh-host-keys.sh': /\bssh-keygen (-\S+ )*-A\b/,
  'no-machine-id.sh': /\bsystemd-machine-id-setup\b/,
  'no-authorized-keys.sh': />+ *\S*\/authorized_keys\b/,
};

const said = 'local bakery: recorded, not run';

/**
 * How a check ends on a candidate of the local bakery, where no machine runs it: it fails where the recorded provisioning
 * of the candidate's bake plainly says what it looks for, or where the check itself plainly says that it fails
 * (scriptVerdict). What it prints says that, and quotes the line.
 */
export function checkVerdict(command: SentCommand, provisioning: readonly TranscriptEntry[]): CommandEnd {
  const defect = defects[command.comment];
  for (const entry of provisioning) {
    const text = entry.kind === 'command' ? (entry.script ?? entry.command) : '';
    const line = text.split('\n').find((each) => !/^\s*#/.test(each) && defect?.test(each) === true);
    if (line !== undefined) return { exitCode: 1, output: `${said}\nthe bake ran: ${line.trim()}\n` };
  }
  const exitCode = scriptVerdict(sentScript(command.text));
  return { exitCode, output: `${said} (exit ${exitCode})\n` };
}

/** Test builds send a check as base64. */
function sentScript(text: string): string {
  const [, encoded] = /printf %s '([A-Za-z0-9+/=]+)' \| base64 -d/.exec(text) ?? [];
  return encoded === undefined ? text : Buffer.from(encoded, 'base64').toString();
}

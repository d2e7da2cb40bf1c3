/** What was done to the instances of a build: nothing of it ran anywhere. */
export type TranscriptEntry =
  | { kind: 'login'; user: string; connection: number }
  | { kind: 'upload'; path: string; bytes: number; text: string; connection: number }
  | { kind: 'download'; path: string; connection: number }
  | {
      kind: 'command';
      command: string;
      /** The uploaded script that the command starts, if it does. */
      script?: string;
      exitCode: number;
      connection: number;
    };

/** Text kept of an upload; more is cut. */
const keptCharacters = 64 * 1024;

/** The disk and the log of a build's instances, as far as they are played. */
export class Machine {
  readonly entries: TranscriptEntry[] = [];
  readonly files = new Map<string, Buffer>();

  constructor(
    private readonly verdict: (script: string) => number,
    /** What a script would print, where anything has to be known of it; after what was done so far. */
    private readonly prints: (script: string, done: readonly TranscriptEntry[]) => string = () => '',
  ) {}

  login(user: string, connection: number): void {
    this.entries.push({ kind: 'login', user, connection });
  }

  upload(path: string, content: Buffer, connection: number): void {
    this.files.set(path, content);
    const text = content.toString('utf8').slice(0, keptCharacters);
    this.entries.push({ kind: 'upload', path, bytes: content.length, text, connection });
  }

  download(path: string, connection: number): Buffer | undefined {
    this.entries.push({ kind: 'download', path, connection });
    return this.files.get(path);
  }

  /** Records a command; its exit code is that of the uploaded script it starts, else its own. */
  execute(command: string, connection: number): { exitCode: number; script?: string; output: string } {
    const path = startedScript(command, [...this.files.keys()]);
    const script = path === undefined ? undefined : this.files.get(path)!.toString('utf8');
    const exitCode = this.verdict(script ?? command);
    this.entries.push({
      kind: 'command',
      command,
      exitCode,
      connection,
      ...(script === undefined ? {} : { script }),
    });
    const output = script === undefined ? '' : this.prints(script, this.entries);
    return { exitCode, output, ...(script === undefined ? {} : { script }) };
  }
}

/** Packer uploads a script, then runs `chmod 0755 S; VARS S`, then `rm -f S`. */
function startedScript(command: string, uploaded: readonly string[]): string | undefined {
  const parts = command.split(';').filter((part) => !/^\s*(sudo\s+)?(chmod|rm|mkdir|test|mv)\b/.test(part));
  return uploaded.find((path) => parts.some((part) => part.split(/[\s'"]+/).includes(path)));
}

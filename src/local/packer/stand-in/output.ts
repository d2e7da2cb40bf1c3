/** What Packer prints: for people, or with `-machine-readable` one line of fields each. */
export class Output {
  constructor(private readonly machineReadable: boolean) {}

  /** Several lines of text at once are several lines of output. */
  say(text: string, kind: 'say' | 'message' | 'error' = 'say'): void {
    if (!this.machineReadable) process.stdout.write(`${text}\n`);
    else for (const line of text.split('\n')) this.#line('', 'ui', kind, line);
  }

  /** A build's result, as `region:ami-…`, several of them with a comma between. */
  artifact(label: string, artifactId: string): void {
    if (!this.machineReadable) return;
    this.#line(label, 'artifact-count', '1');
    this.#line(label, 'artifact', '0', 'builder-id', 'mitchellh.amazonebs');
    this.#line(label, 'artifact', '0', 'id', artifactId);
    this.#line(label, 'artifact', '0', 'end');
  }

  error(label: string, message: string): void {
    if (this.machineReadable) this.#line(label, 'error', message);
  }

  #line(target: string, type: string, ...data: string[]): void {
    const seconds = Math.floor(Date.now() / 1000);
    process.stdout.write(`${[seconds, target, type, ...data.map(escape)].join(',')}\n`);
  }
}

/** As Packer does: https://developer.hashicorp.com/packer/docs/commands#machine-readable-output */
const escape = (field: string): string =>
  field
    .replaceAll('\\', '\\\\')
    .replaceAll('\r', '\\r')
    .replaceAll('\n', '\\n')
    .replaceAll(',', '%!(PACKER_COMMA)');

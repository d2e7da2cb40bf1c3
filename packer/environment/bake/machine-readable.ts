/** One line of `packer -machine-readable`: `timestamp,target,type,data…`. */
export interface MachineLine {
  target: string;
  type: string;
  data: string[];
}

/** Undefined for a line of another kind (what plugins and wrappers print). */
export function parseMachineLine(line: string): MachineLine | undefined {
  const [timestamp = '', target = '', type, ...data] = line.split(',');
  if (!/^\d+$/.test(timestamp) || type === undefined) return undefined;
  return { target, type, data: data.map(unescape) };
}

function unescape(field: string): string {
  return field
    .replaceAll('%!(PACKER_COMMA)', ',')
    .replace(/\\([rn\\])/g, (_, letter: string) => ({ r: '\r', n: '\n' })[letter] ?? letter);
}

/** What a person would have seen of it: the `ui` lines; undefined for the rest. */
export function humanText(line: MachineLine): string | undefined {
  return line.type === 'ui' ? (line.data[1] ?? '') : undefined;
}

export interface PackerOutput {
  /** `region:ami-id` of every artifact that is an AMI, each once. */
  amis: string[];
  /** Messages of builds that failed. */
  errors: string[];
  /** Builds that said they made nothing. */
  empty: string[];
}

/** Collects results from the lines as they come. The manifest post-processor makes an artifact appear twice. */
export function collectOutput(lines: Iterable<MachineLine>): PackerOutput {
  const amis = new Set<string>();
  const errors: string[] = [];
  const empty: string[] = [];
  for (const { target, type, data } of lines) {
    if (type === 'artifact' && data[1] === 'id') {
      for (const id of (data[2] ?? '').split(','))
        if (/^[a-z]{2}[a-z-]*-\d:ami-[0-9a-f]+$/.test(id)) amis.add(id);
    }
    if (type === 'artifact-count' && data[0] === '0') empty.push(target);
    if (type === 'error') errors.push(`${target}: ${data.join(',')}`);
    if (type === 'ui' && data[0] === 'error') errors.push(data[1] ?? '');
  }
  return { amis: [...amis].sort(), errors, empty };
}

/** An argument or block that this Packer does not know, as `packer validate` tells it. */
export type Complaint =
  { kind: 'hcl'; file: string; line: number; name: string } | { kind: 'json'; name: string };

/** All that `packer validate` says it does not know. */
export function complaints(output: string): Complaint[] {
  const found: Complaint[] = [];
  const inHcl =
    /on (.+?) line (\d+)[^\n]*\n(?:[^\n]*\n){1,4}?\n?(?:An argument named|Blocks of type) "([^"]+)"(?: is| are)\s+not\s+expected/g;
  for (const [, file, line, name] of output.matchAll(inHcl)) {
    found.push({ kind: 'hcl', file: file!, line: Number(line), name: name! });
  }
  for (const [, name] of output.matchAll(/unknown configuration key: '?"([^"]+)"'?/g)) {
    found.push({ kind: 'json', name: name! });
  }
  return found;
}

/** What looks like a secret, and what is left of it. Failure lines travel through events, ledger and notices. */
const patterns: [RegExp, string][] = [
  [/\b(AKIA|ASIA)[A-Z0-9]{12,}\b/g, '$1****'],
  [
    /((?:secret[_-]?(?:access[_-]?)?key|session[_-]?token|security[_-]?token)["']?\s*[:=]\s*["']?)[A-Za-z0-9/+=]{16,}/gi,
    '$1****',
  ],
  [/((?:password|passwd|passphrase|token|api[_-]?key|secret)["']?\s*[:=]\s*["']?)[^\s"',;]{4,}/gi, '$1****'],
  [/(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/g, '$1 ****'],
  [/(:\/\/[^\s/:@]+:)[^\s/@]+@/g, '$1****@'],
  [/(X-Amz-(?:Signature|Credential|Security-Token)=)[^&\s]+/gi, '$1****'],
  [/\bgh[pousr]_[A-Za-z0-9]{20,}\b/g, '****'],
];

/** Hides secrets in lines of output; private keys lose every line between their marks. */
export function maskSecrets(lines: string[]): string[] {
  let inKey = false;
  return lines.flatMap((line) => {
    if (inKey) {
      inKey = !/-----END [A-Z ]*PRIVATE KEY-----/.test(line);
      return [];
    }
    if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(line)) {
      inKey = !/-----END [A-Z ]*PRIVATE KEY-----/.test(line);
      return [line.replace(/-----BEGIN.*/, '**** private key ****')];
    }
    return [patterns.reduce((text, [pattern, left]) => text.replace(pattern, left), line)];
  });
}

/** The last lines that fit into `maxLines` and `maxBytes`, oldest first. */
export function lastLines(lines: string[], maxLines: number, maxBytes: number): string[] {
  const kept: string[] = [];
  let bytes = 0;
  for (const line of lines.slice(-maxLines).reverse()) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > maxBytes) break;
    kept.unshift(line);
  }
  if (kept.length > 0 || lines.length === 0) return kept;
  return [
    Buffer.from(lines.at(-1) ?? '')
      .subarray(0, maxBytes - 4)
      .toString()
      .replace(/\uFFFD+$/, ''),
  ];
}

import type { Check } from './checks';

/** Of a check's output, this much of its end comes back; SSM itself would keep the beginning (24,000 characters). */
const outputBytes = 6_000;

/**
 * The line that runs a check on an instance: as base64, so that no shell, document or JSON on the way reads it, and by its
 * interpreter, because /tmp may be mounted `noexec`.
 */
export function commandFor(check: Check, environment: Record<string, string>): string {
  const script = Buffer.from(check.text).toString('base64');
  if (check.shell === 'powershell') {
    const set = Object.entries(environment).map(
      ([name, value]) => `$env:${name}='${value.replaceAll("'", "''")}'`,
    );
    return [
      ...set,
      `$f=Join-Path $env:TEMP '${check.name.replaceAll("'", '')}'`,
      `[IO.File]::WriteAllBytes($f,[Convert]::FromBase64String('${script}'))`,
      'powershell.exe -NoProfile -ExecutionPolicy Bypass -File $f',
      '$code=$LASTEXITCODE',
      'Remove-Item $f',
      'exit $code',
    ].join(';');
  }
  const set = Object.entries(environment).map(
    ([name, value]) => `${name}='${value.replaceAll("'", `'\\''`)}'`,
  );
  return [
    `cd / && f=$(mktemp) && printf %s '${script}' | base64 -d > "$f" && env ${set.join(' ')} ${interpreter(check.text)} "$f" < /dev/null > "$f.out" 2>&1`,
    'code=$?',
    `tail -c ${outputBytes} "$f.out"`,
    'rm -f "$f" "$f.out"',
    'exit $code',
  ].join('\n');
}

function interpreter(text: string): string {
  return /^#! *(\/[\w./ -]+?) *\r?\n/.exec(text)?.[1] ?? 'sh';
}

import type { FailureClass } from './failure-class';
import { classifyFailure } from './failure-class';
import type { PackerOutput } from './machine-readable';
import { lastLines, maskSecrets } from './mask';
import type { Packages } from './packages';

/** What the build exports. */
export interface Outcome {
  /** `eu-west-1:ami-…,us-east-1:ami-…`, sorted; empty unless everything succeeded. */
  amis: string;
  failureClass: FailureClass | '';
  failureLines: string[];
  packerVersion: string;
  /** What is installed in the image; only on success, and only where its template tells. */
  packages?: Packages;
  /** What it was built with, as one line; empty: not known. */
  builder?: string;
}

/** Longest excerpt of the output that the bakery keeps with a failed bake. */
const failureLimits = { lines: 20, bytes: 2_000 };

export function failed(failureClass: FailureClass, lines: string[], packerVersion: string): Outcome {
  const excerpt = lastLines(maskSecrets(lines), failureLimits.lines, failureLimits.bytes);
  return { amis: '', failureClass, failureLines: excerpt, packerVersion };
}

/**
 * Judges a `packer build`. A half success is a failure: packer ended badly, a build made nothing, or the manifest (where
 * the template writes one) tells of other AMIs. One region has one AMI, so that the result is unambiguous.
 */
export function judge(run: {
  exitCode: number;
  output: PackerOutput;
  lines: string[];
  manifest: string[] | undefined;
  packerVersion: string;
}): Outcome {
  const { exitCode, output, lines, manifest, packerVersion } = run;
  const refuse = (failureClass: FailureClass, why: string) =>
    failed(failureClass, [...lines, `bake: ${why}`], packerVersion);
  if (exitCode !== 0) {
    return failed(
      classifyFailure(output.errors, lines, 'build'),
      [...lines, ...notIn(lines, output.errors)],
      packerVersion,
    );
  }
  if (output.empty.length > 0) return refuse('template', `${output.empty.join(', ')} made no artifact`);
  if (output.amis.length === 0) return refuse('template', 'packer succeeded, but made no AMI');
  const regions = output.amis.map((ami) => ami.slice(0, ami.indexOf(':')));
  const twice = regions.find((region, index) => regions.indexOf(region) !== index);
  if (twice !== undefined) {
    const amis = output.amis.filter((ami) => ami.startsWith(`${twice}:`)).join(', ');
    return refuse(
      'template',
      `several AMIs in ${twice}: ${amis}; name one builder under "only" in bakery.yml`,
    );
  }
  if (manifest !== undefined && manifest.join() !== output.amis.join()) {
    return refuse(
      'unknown',
      `the manifest tells of ${manifest.join(', ') || 'no AMI'}, packer of ${output.amis.join(', ')}`,
    );
  }
  return { amis: output.amis.join(','), failureClass: '', failureLines: [], packerVersion };
}

function notIn(lines: string[], errors: string[]): string[] {
  return errors
    .flatMap((error) => error.split('\n'))
    .filter((error) => !lines.some((line) => line.includes(error)));
}

/** Lines of shell that export the outcome. */
export function exportLines(outcome: Outcome): string {
  const values = {
    AMIS: outcome.amis,
    FAILURE_CLASS: outcome.failureClass,
    FAILURE_LINES: outcome.failureLines.join('\n'),
    PACKER_VERSION: outcome.packerVersion,
    PACKAGES_HASH: outcome.packages?.hash ?? '',
    PACKAGES: outcome.packages?.list ?? '',
    BUILDER: outcome.builder ?? '',
  };
  return Object.entries(values)
    .map(([name, value]) => `export ${name}='${value.replaceAll('\0', '').replaceAll("'", `'\\''`)}'\n`)
    .join('');
}

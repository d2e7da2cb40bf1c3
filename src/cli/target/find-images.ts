import type { ImageKey } from '../../lib/definitions/catalog';
import { nearMiss } from '../../lib/definitions/near-miss';
import { splitImageKey } from '../../lib/definitions/names';
import type { ImageReport, Report } from '../../lib/reconcile/report';
import { CliError } from '../cli-error';

export interface FoundImage {
  report: Report;
  image: ImageReport;
}

/** `web`: all its architectures; `web/arm64`: that one. @throws CliError where no bakery has it */
export function findImages(reports: readonly Report[], wanted: string): FoundImage[] {
  const found = reports.flatMap((report) =>
    report.images.filter(({ image }) => matches(image, wanted)).map((image) => ({ report, image })),
  );
  if (found.length > 0) return found;
  const names = new Set(
    reports.flatMap(({ images }) =>
      images.map(({ image }) => (wanted.includes('/') ? image : splitImageKey(image).name)),
    ),
  );
  const near = nearMiss(wanted, names);
  const unknown = reports.find((report) => report.unknown !== undefined)?.unknown;
  throw new CliError(
    'NO_SUCH_IMAGE',
    `No image is called "${wanted}"${unknown === undefined ? '' : `, as far as is known: ${unknown}`}.`,
    near === undefined ? 'See `bakery status` for all of them.' : `Did you mean "${near}"?`,
  );
}

const matches = (image: ImageKey, wanted: string): boolean =>
  image === wanted || image.startsWith(`${wanted}/`);

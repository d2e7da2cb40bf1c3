import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dayMs, minuteMs } from '../../lib/definitions/instant';
import { nextFire } from '../../lib/definitions/schedule';
import { region } from '../bakery/deployment';
import type { LoggedLine } from '../bakery/function-log';
import { createLocalBakery } from '../bakery/local-bakery';
import type { LocalBakery } from '../bakery/local-bakery';
import { seedPublicAmis } from '../bakery/public-amis';
import type { Scratch } from '../bakery/scratch';
import { foreignDeployments, foreignSetting } from './foreign';
import type { ForeignRepo } from './foreign-repo';
import { starterDeployments, starterSetting } from './starter';
import { foreignSteps, tourSteps } from './tour';
import type { TourSetting } from './tour';

const environmentFile = (name: string): Promise<string> =>
  readFile(join(import.meta.dirname, '../../../packer/environment', name), 'utf8');

/** The bakery's own buildspecs, as the real projects have them. */
export const readBuildspec = (): Promise<string> => environmentFile('buildspec.yml');
export const readTestBuildspec = (): Promise<string> => environmentFile('test/buildspec.yml');

export interface TourStart {
  scratch: Scratch;
  searchPath: string;
  realPacker?: string | undefined;
  /** Folder for the records; made by `prepareEvidence`. */
  evidence?: string | undefined;
  foreign?: ForeignRepo | undefined;
  seed: number;
  keepRecords?: boolean;
  onLine?: (line: LoggedLine) => void;
}

/** A local bakery with everything that the first step needs, its records labelled `setup` until then. */
export async function startTour(start: TourStart, opened: (bakery: LocalBakery) => void) {
  const { foreign, scratch, searchPath, realPacker, seed } = start;
  const bakery = await createLocalBakery({
    scratch,
    searchPath,
    realPacker,
    seed,
    deployments: foreign === undefined ? starterDeployments() : foreignDeployments(foreign),
    buildspec: await readBuildspec(),
    testBuildspec: await readTestBuildspec(),
    recordFolder: start.evidence,
    keepRecords: start.keepRecords,
    onLine: start.onLine,
  });
  opened(bakery);
  bakery.aws.log.step = 'setup';
  stayClearOfTheNight(bakery);
  const nowMs = bakery.clock.now();
  seedPublicAmis(bakery.aws, region, nowMs - 9 * dayMs);
  const setting: TourSetting =
    foreign === undefined
      ? await starterSetting(bakery)
      : await foreignSetting(bakery, foreign, nowMs - 9 * dayMs);
  return { setting, steps: foreign === undefined ? tourSteps : foreignSteps };
}

/** A tour that is taken just before the nightly schedule would see it fire in the middle of another step. */
function stayClearOfTheNight({ clock }: LocalBakery): void {
  const nightly = nextFire({ cron: '0 2 * * *', timezone: 'Europe/London' }, clock.now());
  if (nightly !== undefined && nightly - clock.now() < 10 * minuteMs)
    clock.advance(nightly - clock.now() + minuteMs);
}

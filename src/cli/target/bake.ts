import { createColors } from 'picocolors';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Surroundings } from '../surroundings';
import { findImages } from './find-images';
import type { TargetBakery } from './target';
import { answered, observe } from './target';
import { findTarget } from './find-target';
import type { TargetOptions } from './target-options';

export interface BakeOptions extends TargetOptions {
  why: string;
  by?: string;
  json?: true;
}

/** What the command function answers. */
type Answer = { accepted: true; commandId: string } | { accepted: false; why: string };

/** @throws CliError where nothing answers or no image is called so */
export async function bake(wanted: string, options: BakeOptions, around: Surroundings): Promise<number> {
  const target = await findTarget(options, around);
  const { bakery, images } = await choose(target.bakeries, wanted);
  const event = { command: 'bake', image: wanted, by: options.by ?? around.person, why: options.why };
  const answer = answered(bakery, 'command', await bakery.invoke('command', event)) as Answer;
  if (options.json) {
    around.out(JSON.stringify({ format: 'ami-bakery/bake/1', image: wanted, images, ...answer }, null, 2));
  } else if (answer.accepted) {
    const green = createColors(around.colors).green('accepted');
    const what = images ?? [wanted];
    around.out(`${green} ${what.join(' and ')}, command ${answer.commandId}.`);
    around.out(`\`bakery explain ${wanted}\` tells what becomes of it.`);
  } else {
    const red = createColors(around.colors).red('refused');
    around.out(`${red} ${answer.why}`);
  }
  return answer.accepted ? exitCodes.ok : exitCodes.problems;
}

/**
 * The one bakery that has the image. Asked first, because the command itself is accepted whatever it names. Who may send
 * commands and may not look is believed.
 */
async function choose(
  bakeries: readonly TargetBakery[],
  wanted: string,
): Promise<{ bakery: TargetBakery; images?: string[] }> {
  const [only] = bakeries;
  try {
    const reports = await Promise.all(bakeries.map(observe));
    const found = findImages(reports, wanted);
    const having = bakeries.filter((_, index) => found.some(({ report }) => report === reports[index]));
    if (having.length > 1)
      throw new CliError(
        'AMBIGUOUS',
        `${having.map(({ title }) => title).join(' and ')} both have an image "${wanted}".`,
        'Choose one with --account.',
      );
    return { bakery: having[0]!, images: found.map(({ image }) => image.image) };
  } catch (error) {
    const mayNotLook = error instanceof CliError && error.code === 'ACCESS_DENIED';
    if (!mayNotLook || only === undefined || bakeries.length > 1) throw error;
    return { bakery: only };
  }
}

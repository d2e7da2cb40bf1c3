import { createColors } from 'picocolors';
import type { PinUntil } from '../../lib/lifecycle/pin';
import type { ImageReport } from '../../lib/reconcile/report';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Surroundings } from '../surroundings';
import { findImages } from './find-images';
import { findTarget } from './find-target';
import type { TargetBakery } from './target';
import { answered, observe } from './target';
import type { TargetOptions } from './target-options';

export interface CommandOptions extends TargetOptions {
  why?: string;
  by?: string;
  json?: true;
}

/** What is asked of the command function; without an image, of the whole bakery. */
export interface Asked {
  command:
    'bake' | 'pause' | 'resume' | 'adopt' | 'rollback' | 'pin' | 'unpin' | 'promote' | 'revoke' | 'unrevoke';
  image?: string;
  channel?: string;
  amiId?: string;
  to?: string;
  bake?: string;
  until?: PinUntil;
}

/** What the command function answers. */
type Answer = { accepted: true; commandId: string } | { accepted: false; why: string };

/** What people read; `whom`: the images, or the bakery. */
export interface Told {
  accepted: (whom: string) => string;
  next: string;
}

/** Sends a command to the one bakery it is for. @throws CliError where nothing answers or no image is called so */
export async function sendCommand(
  asked: Asked,
  told: Told,
  options: CommandOptions,
  around: Surroundings,
): Promise<number> {
  const { bakeries } = await findTarget(options, around);
  const { bakery, images } =
    asked.image === undefined && asked.bake !== undefined
      ? await chooseByBake(bakeries, asked.bake)
      : await choose(bakeries, asked.image);
  const event = { ...asked, by: options.by ?? around.person, why: options.why };
  const answer = answered(bakery, 'command', await bakery.invoke('command', event)) as Answer;
  if (options.json) {
    const { command, ...what } = asked;
    around.out(JSON.stringify({ format: `ami-bakery/${command}/1`, ...what, images, ...answer }, null, 2));
  } else if (answer.accepted) {
    const green = createColors(around.colors).green('accepted');
    const whom = images?.join(' and ') ?? asked.image ?? bakery.title;
    around.out(`${green} ${told.accepted(whom)}, command ${answer.commandId}.`);
    around.out(told.next);
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
  wanted: string | undefined,
): Promise<{ bakery: TargetBakery; images?: string[] }> {
  const [only] = bakeries;
  if (wanted === undefined) {
    if (only !== undefined && bakeries.length === 1) return { bakery: only };
    const titles = bakeries.map(({ title }) => title).join(', ');
    throw new CliError('AMBIGUOUS', `It is not known which bakery is meant: ${titles}.`, chooseOne);
  }
  try {
    const reports = await Promise.all(bakeries.map(observe));
    const found = findImages(reports, wanted);
    const having = bakeries.filter((_, index) => found.some(({ report }) => report === reports[index]));
    if (having.length > 1)
      throw new CliError(
        'AMBIGUOUS',
        `${having.map(({ title }) => title).join(' and ')} both have an image "${wanted}".`,
        chooseOne,
      );
    return { bakery: having[0]!, images: found.map(({ image }) => image.image) };
  } catch (error) {
    const mayNotLook = error instanceof CliError && error.code === 'ACCESS_DENIED';
    if (!mayNotLook || only === undefined || bakeries.length > 1) throw error;
    return { bakery: only };
  }
}

/** The one bakery that shows the bake; a bakery that stands alone is believed to have it. */
async function chooseByBake(
  bakeries: readonly TargetBakery[],
  bake: string,
): Promise<{ bakery: TargetBakery; images?: string[] }> {
  const [only] = bakeries;
  if (only !== undefined && bakeries.length === 1) return { bakery: only };
  const reports = await Promise.all(bakeries.map(observe));
  const having = bakeries.flatMap((bakery, index) => {
    const images = reports[index]!.images.filter((image) => shows(image, bake)).map(({ image }) => image);
    return images.length === 0 ? [] : [{ bakery, images }];
  });
  if (having.length === 1) return having[0]!;
  const titles = bakeries.map(({ title }) => title).join(', ');
  throw new CliError('AMBIGUOUS', `It is not known which bakery has had bake ${bake}: ${titles}.`, chooseOne);
}

const shows = ({ bakeId, further = [], live, revoked = [] }: ImageReport, bake: string): boolean =>
  [bakeId, live?.bakeId, ...further.map((channel) => channel.bakeId)].includes(bake) ||
  revoked.some((one) => one.bakeId === bake);

const chooseOne = 'Choose one with --account.';

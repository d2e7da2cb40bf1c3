import { createColors } from 'picocolors';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Surroundings } from '../surroundings';
import { findTarget } from './find-target';
import type { CommandOptions } from './send-command';
import { answered, observe } from './target';

type Answer = { accepted: true; commandId: string } | { accepted: false; why: string };

/**
 * Sends what a person decides to the alias of the group that the bake waits for, of every bake that is meant.
 * @param wanted an image, with or without its architecture, or a bake
 * @throws CliError where nothing of it waits for approval
 */
export async function sendDecision(
  command: 'approve' | 'reject',
  wanted: string,
  options: CommandOptions,
  around: Surroundings,
): Promise<number> {
  const { bakeries } = await findTarget(options, around);
  const seen = await Promise.all(bakeries.map(async (bakery) => ({ bakery, report: await observe(bakery) })));
  const all = seen.flatMap(({ bakery, report }) =>
    report.images.flatMap(({ image, live }) =>
      live?.approval === undefined || live.status !== 'approval'
        ? []
        : [{ bakery, image, bake: live.bakeId, group: live.approval.group }],
    ),
  );
  const meant = all.filter(
    ({ image, bake }) => bake === wanted || image === wanted || image.startsWith(`${wanted}/`),
  );
  if (meant.length === 0) throw nothingWaits(wanted, all);
  const by = options.by ?? around.person;
  const colors = createColors(around.colors);
  let refused = false;
  const told: object[] = [];
  for (const { bakery, image, bake, group } of meant) {
    const invoked = await bakery.invoke(`approve:${group}`, { command, image, bake, by, why: options.why });
    const answer = answered(bakery, 'approve', invoked) as Answer;
    refused ||= !answer.accepted;
    told.push({ image, bake, group, ...answer });
    if (options.json) continue;
    around.out(
      answer.accepted
        ? `${colors.green('accepted')} ${command} bake ${bake} of ${image} as ${group}, command ${answer.commandId}.`
        : `${colors.red('refused')} ${answer.why}`,
    );
  }
  if (options.json) {
    around.out(JSON.stringify({ format: `ami-bakery/${command}/1`, decisions: told }, null, 2));
  }
  return refused ? exitCodes.problems : exitCodes.ok;
}

const nothingWaits = (wanted: string, all: { image: string; bake: string }[]): CliError =>
  new CliError(
    'NOTHING_WAITS',
    `Nothing of "${wanted}" waits for approval.`,
    all.length === 0
      ? 'No bake does.'
      : `These do: ${all.map(({ image, bake }) => `${image} (bake ${bake})`).join(', ')}.`,
  );

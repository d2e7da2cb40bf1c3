import type { CommandAnswer } from '../../handlers/command';
import { parameterName } from '../../lib/definitions/names';
import type { Published } from '../../lib/lifecycle/channel';
import type { ImageReport } from '../../lib/reconcile/report';
import { allImages, leafOf } from './looks';
import type { SeenImage } from './looks';
import type { Tour } from './step';

/** An image that nothing is built on, so that a step about its channels bakes one image. */
export const chooseLeaf = async (tour: Tour): Promise<SeenImage> =>
  leafOf(await allImages(tour), tour.repo.account)!;

/** The same image as it is now. */
export const again = async (tour: Tour, { id }: SeenImage): Promise<SeenImage> =>
  (await allImages(tour)).find((image) => image.id === id)!;

export const published = ({ record }: SeenImage, channel: string): Published | undefined =>
  record?.channels[channel]?.current;

/** What the parameter of a channel reads, from SSM itself. */
export function parameterOf(
  tour: Tour,
  { account, definition }: SeenImage,
  channel: string,
): string | undefined {
  const { settings } = tour.bakery.deployments.find((one) => one.settings.account === account)!;
  const { name, architecture } = definition;
  const parameter = parameterName(settings.parameterPattern, name, architecture, channel);
  return tour.look.parameters(account).get(parameter);
}

/** What `bakery explain` shows of it. */
export async function reported(tour: Tour, { account, definition }: SeenImage): Promise<ImageReport> {
  const { images } = await tour.look.report(account);
  return images.find(({ image }) => image === definition.key)!;
}

/** Sends a command as a person does, and waits for what comes of it. */
export async function command(tour: Tour, event: object): Promise<void> {
  const { account } = tour.repo;
  const answer = (await tour.bakery.invoke(account, 'command', { by: 'alice', ...event })) as CommandAnswer;
  if (!answer.accepted) throw new Error(`The command was refused: ${answer.why}`);
  await tour.bakery.settle();
}

/** Time passes, and the bakery looks at the world. */
export async function later(tour: Tour, ms: number): Promise<void> {
  await tour.bakery.aws.scheduler.pass(ms);
  tour.bakery.tick();
  await tour.bakery.settle();
}

import type { CopyImageResult } from '@aws-sdk/client-ec2';
import type { ListTagsForResourceResult } from '@aws-sdk/client-ssm';
import type { CommandAnswer } from '../../../handlers/command';
import { parameterName } from '../../../lib/definitions/names';
import { region } from '../../bakery/deployment';
import { Expectations } from '../expectations';
import { allImages, leafOf } from '../looks';
import type { SeenImage } from '../looks';
import type { Tour, TourStep } from '../step';

const names = { image: 'legacy', child: 'legacy-app', otherBakery: 'shell-scripts' } as const;

/**
 * How a bakery takes over what was there before it: paused, so that nothing is baked anew; adopted, what was kept by
 * somebody else only once it is free; resumed, and what is built on it follows.
 */
export const adopt: TourStep = {
  id: 'adopt',
  title: 'An AMI and a parameter of somebody else: first refused, then adopted; what is built on it follows',
  async run(tour) {
    const { account } = tour.repo;
    const model = leafOf(await allImages(tour), account)!;
    const { settings } = tour.bakery.deployments.find((one) => one.settings.account === account)!;
    const { architecture, channels } = model.definition;
    const parameter = parameterName(settings.parameterPattern, names.image, architecture, channels[0] ?? '');
    const amiId = await copyByHand(tour, model);
    await byHand(tour, 'SSM', 'PutParameter', {
      Name: parameter,
      Value: model.amiId,
      Type: 'String',
      Tags: [{ Key: 'bakery', Value: names.otherBakery }],
    });

    await command(tour, { command: 'pause', why: 'moving house' });
    await describe(tour, model);
    await adoptIt(tour, amiId);
    const told = tour.record.notices.filter(({ attributes }) => attributes['code'] === 'PARAMETER_FOREIGN');
    const check = new Expectations()
      .that(`${parameter} stays ${model.amiId}`, valueOf(tour, parameter) === model.amiId)
      .that('the tag on it stays', (await keeperOf(tour, parameter)) === names.otherBakery)
      .that('the owner is told', told.length === 1, `${told.length} notices`)
      .same('announcements before', tour.record.announcedImages(), []);

    await byHand(tour, 'SSM', 'RemoveTagsFromResource', {
      ResourceType: 'Parameter',
      ResourceId: parameter,
      TagKeys: ['bakery'],
    });
    await adoptIt(tour, amiId);
    const [adopted] = await seen(tour);
    check
      .that(`${names.image} is ${amiId}`, adopted.amiId === amiId, adopted.amiId)
      .that(`${parameter} is ${amiId}`, valueOf(tour, parameter) === amiId, valueOf(tour, parameter))
      .that(
        `the parameter is ${settings.bakery}'s now`,
        (await keeperOf(tour, parameter)) === settings.bakery,
      )
      .same('announcements', tour.record.announcedImages(), [adopted.id])
      .same('builds while it is paused', tour.record.builtImages(), []);

    await command(tour, { command: 'resume' });
    const [, follower] = await seen(tour);
    const builtOn = tour.look.image(account, follower.amiId ?? '')?.SourceImageId;
    check
      .same('builds', tour.record.builtImages(), [follower.id])
      .same('announcements at the end', tour.record.announcedImages(), [adopted.id, follower.id])
      .that(`${names.child} is built on ${amiId}`, builtOn === amiId, builtOn);
    return check.verdict(
      `While the bakery was paused, ${parameter} was kept by the bakery ${names.otherBakery} and left alone. Once that let go of it, alice adopted ${amiId} as ${names.image}: announced, 0 bakes. Resumed, ${names.child} ${follower.amiId} was baked on it.`,
    );
  },
};

async function command(tour: Tour, event: object): Promise<void> {
  const { account } = tour.repo;
  const answer = (await tour.bakery.invoke(account, 'command', { by: 'alice', ...event })) as CommandAnswer;
  if (!answer.accepted) throw new Error(`The command was refused: ${answer.why}`);
  await tour.bakery.settle();
}

const adoptIt = (tour: Tour, amiId: string): Promise<void> =>
  command(tour, { command: 'adopt', image: names.image, amiId, why: 'it was there before the bakery' });

async function byHand(tour: Tour, service: string, operation: string, input: object): Promise<unknown> {
  const at = { account: tour.repo.account, region, caller: 'person:alice' };
  const answer = await tour.bakery.aws.services.call(service, operation, input, at);
  await tour.bakery.settle();
  return answer;
}

/** An AMI that no build made. */
async function copyByHand(tour: Tour, { amiId }: SeenImage): Promise<string> {
  const input = { Name: 'before-the-bakery', SourceImageId: amiId, SourceRegion: region };
  return ((await byHand(tour, 'EC2', 'CopyImage', input)) as CopyImageResult).ImageId!;
}

/** Pushes an entry for what is there, and one that is built on it; both are made like an image that works. */
async function describe(tour: Tour, { definition }: SeenImage): Promise<void> {
  await tour.repo.editBakeryYml((document) => {
    const { images } = document.toJS() as { images: Record<string, object> };
    const like = images[definition.name];
    document.setIn(['images', names.image], like);
    document.setIn(['images', names.child], { ...like, base: `image:${names.image}` });
  });
  await tour.repo.push(`Describe ${names.image}, and build on it`);
  await tour.bakery.settle();
}

async function seen(tour: Tour): Promise<[SeenImage, SeenImage]> {
  const images = await allImages(tour);
  const find = (name: string) =>
    images.find(({ account, definition }) => account === tour.repo.account && definition.name === name)!;
  return [find(names.image), find(names.child)];
}

const valueOf = ({ look, repo }: Tour, parameter: string): string | undefined =>
  look.parameters(repo.account).get(parameter);

/** The bakery whose tag a parameter carries. */
async function keeperOf({ bakery, repo }: Tour, parameter: string): Promise<string | undefined> {
  const { TagList = [] } = (await bakery.aws.services.call(
    'SSM',
    'ListTagsForResource',
    { ResourceType: 'Parameter', ResourceId: parameter },
    { account: repo.account, region, caller: 'observer' },
  )) as ListTagsForResourceResult;
  return TagList.find(({ Key }) => Key === 'bakery')?.Value;
}

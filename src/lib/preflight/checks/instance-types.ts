import type { Facts, InstanceTypeFacts } from '../facts';
import { configuration, Judging } from '../finding';
import type { CheckedImage } from '../subject';

/** Instance types that do not exist, are not to be had in the build subnet's zone, or cannot run the image's architecture. */
export function instanceTypes(facts: Facts): Judging {
  const judging = new Judging();
  judging.given('the images of bakery.yml', facts.images, (images) => {
    if (images.length === 0) return;
    judging.given('the instance types', facts.instanceTypes, (types) => {
      for (const image of images) judgeImage(judging, facts, types, image);
    });
  });
  return judging;
}

function judgeImage(
  judging: Judging,
  { subject, network }: Facts,
  { architectures, offered }: InstanceTypeFacts,
  { key, instanceType, architecture }: CheckedImage,
): void {
  const { region, network: settings } = subject.settings;
  const tell = (
    code: 'INSTANCE_TYPE_NOT_OFFERED' | 'INSTANCE_TYPE_OTHER_ARCHITECTURE',
    found: string,
    cure: string,
  ) =>
    judging.find(code, {
      subject: key,
      region,
      found,
      fails: `The build instance of ${key} is not launched: every bake fails.`,
      cures: [configuration('bakery.yml, builder of the image or defaults', cure)],
    });
  const can = architectures.get(instanceType);
  const instead = `builder: { instanceType: { ${architecture}: ${architecture === 'arm64' ? 'm7g.large' : 'm7i.large'} } }`;
  if (can === undefined)
    return tell('INSTANCE_TYPE_NOT_OFFERED', `${region} has no instance type ${instanceType}.`, instead);
  if (!can.includes(architecture))
    return tell(
      'INSTANCE_TYPE_OTHER_ARCHITECTURE',
      `${instanceType} runs ${can.join(' and ')}, and ${key} is ${architecture}.`,
      instead,
    );
  if (settings.subnetId === undefined || !network.subnets.known) return;
  const zone = network.subnets.value.find(({ id }) => id === settings.subnetId)?.zone;
  if (zone === undefined || offered.get(zone)?.includes(instanceType) === true) return;
  const others = [...offered].filter(([, has]) => has.includes(instanceType)).map(([name]) => name);
  tell(
    'INSTANCE_TYPE_NOT_OFFERED',
    `${instanceType} is not offered in ${zone}, where ${settings.subnetId} is; it is in ${others.join(', ') || 'no zone of the region'}.`,
    `${instead}   # one that ${zone} has, or a subnet in another zone in ${subject.source}`,
  );
}

import { minuteMs } from '../../src/lib/definitions/instant';
import { AwsFailure, throttled } from '../../src/local/aws/failure';
import type { Call } from '../../src/local/aws/faults';
import { deployments } from '../../src/local/bakery/deployment';
import { accounts, MemoryBakery, region } from '../support/memory-bakery';
import { platformFiles, shopFiles } from '../support/starter';

const { platform, shop, consumer } = accounts;
const baseParameter = '/bakery/base-al2023/x86_64/stable';
const webParameter = '/bakery/web/x86_64/stable';
const at = { account: platform, region, caller: 'test' };

let bakery: MemoryBakery;
beforeEach(async () => {
  bakery = new MemoryBakery();
  bakery.push(platform, platformFiles());
  await bakery.settle();
  bakery.aws.log.step = 'then';
});
afterEach(() => bakery.close());

const decision = async (image: string) => (await bakery.decisions(platform))[image];
const ticks = async (count: number, account: string = platform) => {
  for (let tick = 0; tick < count; tick += 1) {
    await bakery.pass(5 * minuteMs);
    await bakery.tick(account);
  }
};
const notices = (code: string) =>
  bakery.aws.deliveries.records.filter(
    (record) =>
      record.kind === 'sns' &&
      JSON.stringify(record).includes(`${platform}:bakery-notices`) &&
      JSON.stringify(record).includes(code),
  );
const changeWeb = async (text: string) => {
  bakery.push(platform, platformFiles({ 'web/main.pkr.hcl': text }));
  await bakery.settle();
};
const puts =
  (name: string) =>
  ({ service, operation, input }: Call) =>
    service === 'SSM' && operation === 'PutParameter' && (input as { Name: string }).Name === name;
const shareWith = (files: Record<string, string>, ...ids: string[]) => ({
  ...files,
  'bakery.yml': files['bakery.yml']!.replace(
    "'222222222222', '333333333333'",
    ids.map((id) => `'${id}'`).join(', '),
  ),
});

describe('EC2 refuses', () => {
  const refuse = (operation: string, name: string) =>
    bakery.aws.faults.add({
      label: `${operation} is refused`,
      when: (call) => call.service === 'EC2' && call.operation === operation && call.at.caller !== 'packer',
      before: () => new AwsFailure(name, 'no such account'),
    });

  test('launch permissions: the channel is blocked with that reason, the owner told once, and a commit mends it without a bake', async () => {
    const stop = refuse('ModifyImageAttribute', 'InvalidAMIAttributeItemValue');
    bakery.push(platform, shareWith(platformFiles(), shop));
    await bakery.settle();
    await ticks(3);
    expect(await decision('base-al2023/x86_64')).toMatch(/^blocked: .*launch permissions/);
    expect(notices('SHARE_REFUSED')).toHaveLength(1);
    stop();
    bakery.push(platform, platformFiles());
    await bakery.settle();
    expect(await decision('base-al2023/x86_64')).toMatch(/^current: /);
    expect(bakery.builds('then')).toEqual([]);
  });

  test('tags: the channel is blocked with that reason, and the others go on', async () => {
    refuse('CreateTags', 'TagLimitExceeded');
    await changeWeb('# changed');
    await ticks(2);
    expect(await decision('web/x86_64')).toMatch(/^blocked: .*tags/);
    expect(notices('TAGS_REFUSED')).toHaveLength(1);
    expect(await decision('batch/x86_64')).toMatch(/^current: /);
  });

  test('one AMI for its state, for ever: the other images are baked and published all the same', async () => {
    refuse('ModifyImageAttribute', 'IncorrectState');
    const files = shareWith(
      platformFiles({ 'batch.json': '{"builders":[{"type":"amazon-ebs"}],"a":1}' }),
      shop,
    );
    bakery.push(platform, files);
    await bakery.settle();
    await ticks(2);
    bakery.push(platform, { ...files, 'web/main.pkr.hcl': '# changed' });
    await bakery.settle();
    await ticks(2);
    expect(await decision('batch/x86_64')).toMatch(/^current: /);
    expect(bakery.builds('then')).toEqual(['batch/x86_64']);
    expect(await decision('web/x86_64')).toMatch(/^wait: base-al2023\/x86_64 is being published/);
    expect(await decision('base-al2023/x86_64')).toMatch(/^wait: /);
  });
});

test('an AMI is shared with nobody beyond the ceilings, also when the commit comes while it is baked', async () => {
  const others = { accounts: [shop], organizations: [], organizationalUnits: [] };
  const narrow = new MemoryBakery({ deployments: deployments({ mirrors: [], shareWith: others }) });
  narrow.push(platform, shareWith(platformFiles(), shop));
  await narrow.aws.scheduler.pass(30_000);
  expect(narrow.builds()).toEqual(['base-al2023/x86_64']);
  narrow.push(platform, shareWith(platformFiles(), shop, consumer));
  await narrow.settle();
  const amiId = narrow.parameter(platform, baseParameter)!;
  expect(narrow.aws.ec2.amiVisible(consumer, region, amiId)).toBe(false);
  expect((await narrow.decisions(platform))['base-al2023/x86_64']).toMatch(/^blocked: .*ceilings/);
  narrow.push(platform, shareWith(platformFiles(), shop));
  await narrow.settle();
  expect((await narrow.decisions(platform))['base-al2023/x86_64']).toMatch(/^current: /);
  narrow.close();
});

describe('SSM', () => {
  test('throttles one parameter for half an hour: nobody has to look, it moves when that is over', async () => {
    const stop = bakery.aws.faults.add({ label: 'slow', when: puts(webParameter), before: throttled });
    await changeWeb('# changed');
    await ticks(6);
    expect(await decision('web/x86_64')).toMatch(/^wait: /);
    stop();
    await ticks(1);
    expect(await decision('web/x86_64')).toMatch(/^current: /);
    expect(notices('PARAMETER_')).toEqual([]);
  });

  test('says another write is going on: the other images are published in the same run', async () => {
    bakery.aws.faults.add({
      label: 'busy',
      when: puts(webParameter),
      before: () => new AwsFailure('TooManyUpdates', 'There are concurrent updates'),
    });
    const before = bakery.parameter(platform, '/bakery/batch/x86_64/stable');
    const json = '{"builders":[{"type":"amazon-ebs"}],"a":1}';
    bakery.push(platform, platformFiles({ 'web/main.pkr.hcl': '# changed', 'batch.json': json }));
    await bakery.settle();
    expect(bakery.parameter(platform, '/bakery/batch/x86_64/stable')).not.toBe(before);
    expect(await decision('batch/x86_64')).toMatch(/^current: /);
  });

  test('refuses the write: after three times the channel is blocked with what SSM said', async () => {
    bakery.aws.faults.add({
      label: 'denied',
      when: puts(webParameter),
      before: () => new AwsFailure('AccessDeniedException', 'not authorized to perform ssm:PutParameter'),
    });
    await changeWeb('# changed');
    await ticks(4);
    expect(await decision('web/x86_64')).toMatch(/^blocked: .*not authorized to perform ssm:PutParameter/);
    expect(notices('PARAMETER_REFUSED')).toHaveLength(1);
  });

  test('reports one failed validation: one more write, not all three at once', async () => {
    let left = 1;
    bakery.aws.faults.add({
      label: 'swallowed',
      when: (call) => puts(webParameter)(call) && left-- > 0,
      before: () => Object.assign(new Error('no answer'), { name: 'TimeoutError' }),
    });
    await changeWeb('# changed');
    bakery.aws.faults.add({ label: 'slow', when: puts(webParameter), before: throttled });
    await bakery.aws.functions.invoke({ account: platform, region }, 'parameter', {
      id: 'e-1',
      source: 'aws.ssm',
      'detail-type': 'Parameter Store Change',
      detail: { operation: 'Update', name: webParameter, exception: 'the AMI is not available' },
    });
    await bakery.settle();
    expect(await decision('web/x86_64')).toMatch(/^wait: /);
  });
});

test('an image that leaves bakery.yml while its channel moves ends that move', async () => {
  bakery.aws.functions.register({ account: platform, region }, 'parameter', () => Promise.resolve(undefined));
  await changeWeb('# changed');
  const files = platformFiles({ 'web/main.pkr.hcl': '# changed' });
  bakery.push(platform, {
    ...files,
    'bakery.yml': files['bakery.yml']!.replace(/ {2}web:[^]* {2}batch:/, '  batch:'),
  });
  await bakery.settle();
  await ticks(2);
  expect(await decision('web/x86_64')).toMatch(/^blocked: it is no longer in bakery.yml/);
});

describe('drift', () => {
  const overwrite = (name: string, account: string = platform) =>
    bakery.aws.ssm.PutParameter(
      { Name: name, Value: 'ami-0d41f7', Type: 'String', Overwrite: true },
      { ...at, account },
    );

  test('found while a bake of the image runs: the bake is published after the repair', async () => {
    await bakery.pass(10 * minuteMs);
    bakery.push(platform, platformFiles({ 'web/main.pkr.hcl': '# changed' }));
    await bakery.aws.scheduler.pass(58_000);
    await overwrite(webParameter);
    bakery.aws.functions.register({ account: platform, region }, 'parameter', () =>
      Promise.resolve(undefined),
    );
    await bakery.tick(platform);
    await ticks(3);
    expect(bakery.logs.lines.filter(({ message }) => message === 'could not be done now')).toEqual([]);
    expect(await decision('web/x86_64')).toMatch(/^current: /);
  });

  test('in a consumer is repaired as well', async () => {
    const mirrored = bakery.parameter(consumer, baseParameter);
    await bakery.pass(10 * minuteMs);
    await overwrite(baseParameter, consumer);
    await ticks(2, consumer);
    expect(bakery.parameter(consumer, baseParameter)).toBe(mirrored);
    await changeBase();
    expect(bakery.parameter(consumer, baseParameter)).toBe(bakery.parameter(platform, baseParameter));
  });
  const changeBase = async () => {
    bakery.push(platform, platformFiles({ 'base/main.pkr.hcl': '# changed' }));
    await bakery.settle();
  };

  test('of a parameter that is gone makes it again, as the bakery’s own', async () => {
    const before = bakery.parameter(platform, webParameter);
    await bakery.pass(10 * minuteMs);
    bakery.aws.ssm.DeleteParameter({ Name: webParameter }, at);
    await ticks(1);
    expect(bakery.parameter(platform, webParameter)).toBe(before);
    const tags = bakery.aws.ssm.ListTagsForResource(
      { ResourceType: 'Parameter', ResourceId: webParameter },
      at,
    );
    expect(tags.TagList).toContainEqual({ Key: 'bakery', Value: 'platform' });
  });
});

test('a consumer whose parameter is somebody else’s: it is left alone, and the owner is told once', async () => {
  const other = new MemoryBakery();
  await other.aws.ssm.PutParameter(
    { Name: baseParameter, Value: 'ami-mine', Type: 'String' },
    { ...at, account: consumer },
  );
  other.push(platform, platformFiles());
  await other.settle();
  await other.tick(consumer);
  await other.tick(consumer);
  expect(other.parameter(consumer, baseParameter)).toBe('ami-mine');
  const told = other.aws.deliveries.records.filter((record) =>
    JSON.stringify(record).includes('PARAMETER_FOREIGN'),
  );
  expect(told).toHaveLength(1);
  other.close();
});

test('notices that nobody takes, and a bakery.yml with thousands of mistakes, stop nothing', async () => {
  const stop = bakery.aws.faults.add({
    label: 'the topic is gone',
    when: ({ service, input }) => service === 'SNS' && JSON.stringify(input).includes('bakery-notices'),
    before: () => new AwsFailure('NotFoundException', 'Topic does not exist'),
  });
  const mistakes = Array.from(
    { length: 5_000 },
    (_, index) => `  web${index}:\n    base: image:nothing${index}\n`,
  );
  for (let push = 0; push < 3; push += 1) {
    bakery.push(platform, {
      ...platformFiles(),
      'bakery.yml': `version: 1\nimages:\n${mistakes.join('')}# ${push}\n`,
    });
    await bakery.settle();
  }
  await changeWeb('# changed');
  await ticks(1);
  expect(await decision('web/x86_64')).toMatch(/^current: /);
  stop();
  await ticks(1);
  expect(notices('DEFINITIONS_REFUSED')).toHaveLength(3);
});

test('an upstream that takes its base back while a bake runs: the result is published, nothing more is begun', async () => {
  bakery.push(shop, shopFiles());
  await bakery.settle();
  bakery.aws.functions.register({ account: shop, region }, 'build', () => Promise.resolve(undefined));
  bakery.push(shop, shopFiles({ 'shop/main.pkr.hcl': '# changed' }));
  await bakery.settle();
  expect((await bakery.decisions(shop))['shop/x86_64']).toMatch(/^wait: .* is building/);
  bakery.push(platform, shareWith(platformFiles(), consumer));
  await bakery.settle();
  await ticks(3, shop);
  expect((await bakery.decisions(shop))['shop/x86_64']).toMatch(/^blocked: .*BASE_NOT_VISIBLE/);
  bakery.push(platform, platformFiles());
  await bakery.settle();
  await ticks(1, shop);
  expect((await bakery.decisions(shop))['shop/x86_64']).toMatch(/^current: /);
  expect(bakery.builds('then').filter((image) => image.startsWith('shop'))).toHaveLength(2);
});

test('a changed parameter pattern: every channel gets its parameter under the new name, without a bake', async () => {
  const { settings } = bakery.all[0]!;
  (settings as { parameterPattern: string }).parameterPattern = '/golden/{image}/{arch}/{channel}';
  await ticks(2);
  expect(bakery.parameter(platform, '/golden/web/x86_64/stable')).toBe(
    bakery.parameter(platform, webParameter),
  );
  expect(bakery.builds('then')).toEqual([]);
});

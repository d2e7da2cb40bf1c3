import { createClientFactory } from '../src/lib/aws/clients';
import { dynamoTable } from '../src/lib/aws/dynamodb';
import type { ImageDefinition } from '../src/lib/definitions/catalog';
import { minuteMs } from '../src/lib/definitions/instant';
import { baseId, parameterName } from '../src/lib/definitions/names';
import { readState } from '../src/lib/ledger/read-state';
import { putImage, putMeta } from '../src/lib/ledger/writes';
import { newMeta } from '../src/lib/ledger/meta';
import type { Bake } from '../src/lib/lifecycle/bake';
import type { Published } from '../src/lib/lifecycle/channel';
import { newImageRecord, type ImageRecord } from '../src/lib/lifecycle/image-record';
import { inputHash } from '../src/lib/planning/input-hash';
import type { CatalogInForce } from '../src/lib/planning/snapshot';
import { clientsFor } from '../src/local/aws/create-world';
import { deployments } from '../src/local/bakery/deployment';
import { amiIdFor } from '../src/local/bakery/public-amis';
import { accounts, MemoryBakery, region } from '../test/support/memory-bakery';

const { platform } = accounts;
const at = { account: platform, region, caller: 'bench' };

export interface Size {
  images: number;
  ssmBases: number;
  filterBases: number;
  buildsRunning: number;
}

/**
 * A bakery in which every image was baked long ago, but for those whose builds run: written into ledger, parameters and
 * CodeBuild as the bakery itself would have left it, because baking a thousand images takes a while even in memory.
 */
export async function settledBakery(size: Size): Promise<MemoryBakery> {
  const deployed = deployments({ mirrors: [] }).filter(({ settings }) => settings.account === platform);
  const { settings } = deployed[0]!;
  settings.maxConcurrentBuilds = 20;
  const bakery = new MemoryBakery({
    deployments: deployed,
    outcome: () => ({ status: 'SUCCEEDED', durationMs: 600 * minuteMs }),
  });
  const vendor = (name: string) =>
    bakery.aws.ec2.seedPublicImage({ region, owner: '137112412989', amiId: amiIdFor(name), name });
  for (let index = 0; index < size.ssmBases; index += 1) {
    vendor(`os-${index}`);
    bakery.aws.ssm.publish(region, `/aws/service/os-${index}`, amiIdFor(`os-${index}`));
  }
  for (let index = 0; index < size.filterBases; index += 1) vendor(`vendor-${index}`);
  settings.mode = 'observe';
  bakery.push(platform, repo(size));
  await bakery.settle();
  settings.mode = 'bake';

  const prepare = clientsFor(bakery.aws, at);
  const table = dynamoTable(createClientFactory({ region, prepare }), settings.table);
  const inForce = (await readState(table)).catalog!.inForce!;
  const records = recordsOf(inForce, size, bakery, settings.parameterPattern);
  for (const record of records) {
    if (record.live !== undefined) record.live.buildId = startBuild(bakery, record.live);
    const { parameterNames, current } = record.channels['stable']!;
    const name = parameterNames![region]!;
    await bakery.aws.ssm.PutParameter({ Name: name, Value: current!.amis[region]!, Type: 'String' }, at);
    await table.write([putImage(record).write]);
  }
  await table.write([putMeta({ ...newMeta(), inventoryAtMs: bakery.clock.now() }).write]);
  return bakery;
}

/** Bases first, then images on them in turn. */
function repo({ images, ssmBases, filterBases }: Size): Record<string, string> {
  const bases = [
    ...Array.from({ length: ssmBases }, (_, index) => `ssm:/aws/service/os-${index}`),
    ...Array.from({ length: filterBases }, (_, index) => ({
      'ami-filter': { owners: ['137112412989'], name: `vendor-${index}` },
    })),
  ];
  const entries = Array.from({ length: images }, (_, index) => {
    const base = index < bases.length ? bases[index] : `image:image-${index % bases.length}`;
    return `  image-${index}: { base: ${JSON.stringify(base)}, template: image/ }\n`;
  });
  return {
    'bakery.yml': `version: 1\ndefaults: { architectures: [x86_64], channels: [stable] }\nimages:\n${entries.join('')}`,
    'image/main.pkr.hcl': '# the same for all',
  };
}

function recordsOf(
  inForce: CatalogInForce,
  size: Size,
  bakery: MemoryBakery,
  pattern: string,
): ImageRecord[] {
  const bakedAtMs = bakery.clock.now() - 60 * minuteMs;
  const amiOf = (definition: ImageDefinition): string => {
    const { base } = definition;
    if (base.kind === 'image') return amiIdFor(base.image);
    if (base.kind === 'ssm') return amiIdFor(base.path.slice('/aws/service/'.length));
    if (base.kind === 'ami-filter') return amiIdFor(base.filters['name']![0]!);
    throw new TypeError(baseId(base));
  };
  return inForce.catalog.images.map((definition, index) => {
    const { key, name, architecture } = definition;
    const content = {
      contentDigest: inForce.contentDigests[key]!,
      inputHash: inputHash(inForce.contentDigests[key]!, amiOf(definition)),
      notBefore: 0,
      baseAmiId: amiOf(definition),
      commitId: inForce.commitId,
      inputs: inForce.inputs[key]!,
    };
    const current: Published = {
      ...content,
      bakeId: `b-${String(index).padStart(26, '0')}`,
      image: key,
      sequence: bakedAtMs,
      amis: { [region]: amiIdFor(key) },
      ancestry: [{ amiId: amiOf(definition) }],
      bakedAtMs,
      publishedAtMs: bakedAtMs,
    };
    const channel = {
      current,
      announcedSequence: bakedAtMs,
      lastSequence: bakedAtMs,
      policyDigest: inForce.policyDigests[key],
      parameterNames: { [region]: parameterName(pattern, name, architecture, 'stable') },
    };
    const building = index >= inForce.catalog.images.length - size.buildsRunning;
    return {
      ...newImageRecord(key),
      channels: { stable: channel },
      ...(building ? { live: liveBake(definition, content, index, bakery.clock.now()) } : {}),
    };
  });
}

function liveBake(
  definition: ImageDefinition,
  content: Pick<Bake, 'contentDigest' | 'inputHash' | 'notBefore' | 'baseAmiId' | 'commitId' | 'inputs'>,
  index: number,
  nowMs: number,
): Bake {
  const id = `b-${String(index).padStart(26, '1')}`;
  return {
    ...content,
    id,
    image: definition.key,
    status: 'building',
    ancestry: [],
    cause: { code: 'asked', text: 'the benchmark asked for it' },
    claimedAtMs: nowMs,
    startedAtMs: nowMs,
    slot: index,
    request: {
      projectName: 'bakery-packer',
      sourceVersion: content.commitId,
      idempotencyToken: id,
      timeoutInMinutes: 60,
      environment: { BAKE_ID: id },
    },
  };
}

function startBuild(bakery: MemoryBakery, { request, id }: Bake): string {
  const { build } = bakery.codebuild.StartBuild(
    {
      projectName: request.projectName,
      sourceVersion: request.sourceVersion,
      idempotencyToken: id,
      environmentVariablesOverride: [{ name: 'BAKE_ID', value: id, type: 'PLAINTEXT' }],
    },
    at,
  );
  return build!.id!;
}

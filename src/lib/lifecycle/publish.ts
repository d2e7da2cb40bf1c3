import type { Bake } from './bake';
import type { Published } from './channel';

/** What a channel needs of a bake whose AMIs were adopted. */
export function toPublished(bake: Bake, bakedAtMs: number): Omit<Published, 'sequence'> {
  return {
    bakeId: bake.id,
    image: bake.image,
    inputHash: bake.inputHash,
    contentDigest: bake.contentDigest,
    notBefore: bake.notBefore,
    ...(bake.baseAmiId === undefined ? {} : { baseAmiId: bake.baseAmiId }),
    commitId: bake.commitId,
    inputs: bake.inputs,
    amis: bake.amis ?? {},
    ...(bake.keys === undefined ? {} : { keys: bake.keys }),
    ancestry: bake.ancestry,
    bakedAtMs,
    ...testsPassed(bake),
    ...(bake.packages === undefined ? {} : { packages: bake.packages }),
    ...(bake.builder === undefined ? {} : { builder: bake.builder }),
    ...(bake.approval?.approved === undefined ? {} : { approved: bake.approval.approved }),
  };
}

function testsPassed({ tests }: Bake): Pick<Published, 'tests'> {
  if (tests?.result !== 'passed') return {};
  const checks = tests.checks.filter(({ status }) => status === 'passed').length;
  return { tests: { objectId: tests.objectId, checks } };
}

import type { ImageDefinition } from '../definitions/catalog';
import type { Bake, BuildRequest } from '../lifecycle/bake';
import { testToken } from '../lifecycle/test-step';
import type { Settings } from '../settings/settings';
import { builderOf, networkContract } from './build-request';
import { launchTags } from './image-tags';

/** Checks may take 20 minutes (docs/tests.md); the instance has ten more to start, the build its own beginning and end. */
const timeoutInMinutes = 35;

/** The environment the test build understands: docs/tests.md. */
export function testRequest(
  bake: Bake,
  definition: ImageDefinition,
  candidate: { amiId: string; test: { path: string }; commitId: string },
  settings: Settings,
): BuildRequest {
  const contract = {
    region: settings.region,
    ...builderOf(definition, settings),
    ...networkContract(settings),
    tags: launchTags(bake, definition, settings),
  };
  return {
    projectName: settings.testProject ?? '',
    sourceVersion: candidate.commitId,
    idempotencyToken: testToken(bake.id, 1),
    timeoutInMinutes,
    environment: {
      BAKE_ID: bake.id,
      BAKERY_IMAGE: definition.key,
      BAKERY_ROOT: settings.repo?.path ?? '',
      BAKERY_TEST: candidate.test.path,
      CANDIDATE_AMI: candidate.amiId,
      BAKERY_CONTRACT: JSON.stringify(contract),
    },
  };
}

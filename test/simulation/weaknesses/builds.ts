import type { Weakness } from '../contract';
import { replacing } from './replacing';

export const buildWeaknesses: Weakness[] = [
  {
    name: 'new-token',
    says: 'StartBuild is repeated under a new token each time',
    foundBy: ['one-build'],
    withinSeeds: 20,
    weaken: (hooks) => {
      let count = 0;
      hooks.calls(({ operation, input }, next) => {
        if (operation !== 'StartBuild') return next(input);
        count += 1;
        return next({ ...(input as object), idempotencyToken: `try-${count}` });
      });
    },
  },
  {
    name: 'event-believed',
    says: 'an event about a build of an image ends whatever bake of it runs, unread',
    foundBy: ['true-endings', 'transitions'],
    withinSeeds: 100,
    faults: ['build-told-twice', 'build-fails', 'build-stopped', 'event-late'],
    weaken: (hooks) => {
      /** By account and image: how its last build ended, as an event said. */
      const told = new Map<string, string>();
      const imageOf = new Map<string, string>();
      hooks.calls(async ({ operation, input, at }, next) => {
        const answer = await next(input);
        if (operation !== 'StartBuild') return answer;
        const { environmentVariablesOverride: variables = [] } = input as {
          environmentVariablesOverride?: { name: string; value: string }[];
        };
        const image = variables.find(({ name }) => name === 'BAKERY_IMAGE')?.value ?? '';
        const buildId = (answer as { build?: { id?: string } }).build?.id ?? '';
        imageOf.set(buildId, `${at.account} ${image}`);
        return answer;
      });
      hooks.handler('build', (handler) => (event, context) => {
        const { detail } = event as { detail?: Record<string, string> };
        const buildId = detail?.['build-id']?.split('build/')[1] ?? '';
        const status = detail?.['build-status'];
        const image = imageOf.get(buildId);
        if (image !== undefined && status !== undefined && status !== 'IN_PROGRESS') told.set(image, status);
        return handler(event, context);
      });
      hooks.reconcile((runtime) => ({
        ...runtime,
        builds: {
          ...runtime.builds,
          get: async (ids) => {
            const seen = await runtime.builds.get(ids);
            for (const [id, build] of seen) {
              const status = told.get(imageOf.get(id) ?? '');
              if (
                status === 'FAILED' ||
                status === 'STOPPED' ||
                status === 'FAULT' ||
                status === 'TIMED_OUT'
              ) {
                seen.set(id, { ...build, status });
              }
            }
            return seen;
          },
        },
      }));
    },
  },
  {
    name: 'adopted-unseen',
    says: 'whatever a build names is its result',
    foundBy: ['true-endings', 'one-result'],
    withinSeeds: 100,
    edit: {
      'src/lib/lifecycle/adoption.ts': replacing(
        'adopted-unseen',
        'judgeAdoption',
        '() => () => ({ verdict: "adopt" })',
      ),
    },
  },
  {
    name: 'asks-on-and-on',
    says: 'what fails is asked for again at once, up to ten times',
    foundBy: ['asks-in-vain'],
    withinSeeds: 20,
    weaken: (hooks) => {
      hooks.calls(async ({ input }, next) => {
        for (let attempt = 1; ; attempt += 1) {
          try {
            return await next(input);
          } catch (error) {
            if (attempt === 10) throw error;
          }
        }
      });
    },
  },
];

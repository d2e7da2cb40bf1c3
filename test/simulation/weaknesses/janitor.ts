import { AwsError } from '../../../src/lib/aws/errors';
import type { Weakness } from '../contract';
import { replacing } from './replacing';

export const janitorWeaknesses: Weakness[] = [
  {
    name: 'janitor-ignores-live',
    says: 'the janitor takes a bake that has not ended for one that was over long ago',
    foundBy: ['keeps-what-is-used'],
    withinSeeds: 40,
    edit: {
      'src/lib/lifecycle/janitor.ts': replacing(
        'janitor-ignores-live',
        'planJanitor',
        `(original) => (facts, nowMs) => {
          const over = { status: 'failed', endedAtMs: 0, image: 'it/x86_64' };
          const bakes = new Map(facts.bakes);
          for (const id of facts.live) bakes.set(id, { known: true, value: over });
          return original({ ...facts, live: new Set(), bakes }, nowMs + 3_600_000);
        }`,
      ),
    },
  },
  {
    name: 'janitor-blind',
    says: 'the janitor goes on although it could not read what might refer to a thing',
    foundBy: ['deletes-only-knowing', 'keeps-what-is-used'],
    withinSeeds: 100,
    faults: ['call-fails-before', 'call-throttled', 'build-stuck'],
    weaken: (hooks) =>
      hooks.janitor((runtime) => ({
        ...runtime,
        leftovers: {
          ...runtime.leftovers,
          find: (region, kind) =>
            runtime.leftovers.find(region, kind).catch((error: unknown) => {
              if (!(error instanceof AwsError)) throw error;
              return [];
            }),
        },
      })),
  },
  {
    name: 'janitor-takes-results',
    says: 'the janitor removes AMIs of bakes that have ended, results as well',
    foundBy: ['keeps-what-is-used'],
    withinSeeds: 100,
    edit: {
      'src/lib/lifecycle/janitor.ts': (source) => {
        const unheld = replacing('janitor-takes-results', 'heldBy', '() => () => undefined')(source);
        return unheld.replace(
          'if (results.includes(id))',
          () => 'if (!weakened_janitor_takes_results && results.includes(id))',
        );
      },
    },
  },
];

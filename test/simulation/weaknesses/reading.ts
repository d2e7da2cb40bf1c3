import { AwsError } from '../../../src/lib/aws/errors';
import type { Weakness } from '../contract';
import { replacing, rewriting } from './replacing';

const none = <T>(read: Promise<Map<string, T>>): Promise<Map<string, T>> =>
  read.catch((error: unknown) => {
    if (!(error instanceof AwsError)) throw error;
    return new Map<string, T>();
  });

export const readingWeaknesses: Weakness[] = [
  {
    name: 'error-is-empty',
    says: 'what could not be read counts as not being there',
    foundBy: [
      'settled-ancestors',
      'true-reasons',
      'second-claim',
      'one-result',
      'truth-at-rest',
      'true-endings',
    ],
    withinSeeds: 100,
    faults: ['call-fails-before', 'call-throttled'],
    weaken: (hooks) =>
      hooks.reconcile((runtime) => ({
        ...runtime,
        amis: { ...runtime.amis, get: (region, ids) => none(runtime.amis.get(region, ids)) },
        parameters: {
          ...runtime.parameters,
          get: (region, all) => none(runtime.parameters.get(region, all)),
        },
      })),
  },
  {
    name: 'no-tick',
    says: 'nothing is done on the clock’s word',
    foundBy: ['liveness', 'max-wait', 'truth-at-rest', 'followers-catch-up', 'same-value'],
    withinSeeds: 100,
    faults: ['event-lost'],
    weaken: (hooks) => hooks.handler('tick', () => () => undefined),
  },
  {
    name: 'trees-of-another-commit',
    says: 'commit and trees are read one after the other, each at the head of the branch',
    foundBy: ['catalog-of-one-commit'],
    withinSeeds: 100,
    weaken: (hooks) =>
      hooks.reconcile((runtime) => {
        const { repo } = runtime;
        if (repo === undefined) return runtime;
        const folder: typeof repo.folder = async (commitId, path) =>
          repo.folder((await repo.head()) ?? commitId, path);
        return {
          ...runtime,
          repo: { ...repo, head: () => repo.head(), file: (...of) => repo.file(...of), folder },
        };
      }),
  },
  {
    name: 'invalid-in-force',
    says: 'a bakery.yml that is refused takes the catalog’s place with the last one under its own commit',
    foundBy: ['catalog-of-one-commit'],
    withinSeeds: 100,
    edit: {
      'src/lib/reconcile/read-catalog.ts': rewriting(
        'invalid-in-force',
        '{ ...inForce, refused:',
        (chosen) => `{ ...inForce, ...(${chosen} ? { commitId: head } : {}), refused:`,
      ),
    },
  },
  {
    name: 'inputs-forgotten',
    says: 'what an image reads beside its template is left out of what it is made of',
    foundBy: ['truth-at-rest', 'settled-ancestors', 'true-reasons'],
    withinSeeds: 100,
    edit: {
      'src/lib/definitions/content-digest.ts': replacing(
        'inputs-forgotten',
        'contentDigest',
        '(original) => (definition, inputs) => original(definition, inputs.slice(0, 1))',
      ),
    },
  },
];

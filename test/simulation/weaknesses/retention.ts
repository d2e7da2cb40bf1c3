import { AwsError } from '../../../src/lib/aws/errors';
import type { Weakness } from '../contract';
import { replacing, rewriting } from './replacing';

export const retentionWeaknesses: Weakness[] = [
  {
    name: 'retire-first-page',
    says: 'retirement takes the first page of references for all of them',
    foundBy: ['whole-reads', 'retires-only-unused'],
    withinSeeds: 100,
    edit: {
      'src/lib/aws/ec2-references.ts': rewriting(
        'retire-first-page',
        'NextToken = answer.NextToken;',
        (chosen) => `NextToken = ${chosen} ? undefined : answer.NextToken;`,
      ),
    },
  },
  {
    name: 'retire-latest-versions',
    says: 'retirement looks at the ten latest versions of launch templates only',
    foundBy: ['retires-only-unused'],
    withinSeeds: 100,
    edit: {
      'src/lib/aws/ec2-references.ts': rewriting(
        'retire-latest-versions',
        'ResourceTypes: lookedThrough,',
        // Ten is what EC2 looks at where nobody says how many.
        (chosen) =>
          `ResourceTypes: ${chosen} ? lookedThrough.map((it) => it.ResourceType === 'ec2:LaunchTemplate' ? { ResourceType: it.ResourceType } : it) : lookedThrough,`,
      ),
    },
  },
  {
    name: 'retire-single-read',
    says: 'retirement does not read again right before it deregisters',
    foundBy: ['retires-only-knowing', 'retires-only-unused'],
    withinSeeds: 100,
    edit: {
      'src/lib/reconcile/retire/move-on.ts': rewriting(
        'retire-single-read',
        'await look(deps, narrow, {',
        (chosen) => `${chosen} ? before : await look(deps, narrow, {`,
      ),
    },
  },
  {
    name: 'retire-ledger-forgotten',
    says: 'retirement goes by age and number alone, whatever channels, pins and descendants there are',
    foundBy: ['retires-only-unused', 'channels-usable', 'keeps-what-is-used'],
    withinSeeds: 100,
    edit: {
      'src/lib/lifecycle/retention-held.ts': replacing(
        'retire-ledger-forgotten',
        'heldByLedger',
        '() => () => () => undefined',
      ),
    },
  },
  {
    name: 'retire-unread-is-empty',
    says: 'retirement takes references that could not be read for none',
    foundBy: ['retires-only-knowing', 'retires-only-unused'],
    withinSeeds: 100,
    faults: ['call-fails-before', 'call-throttled'],
    weaken: (hooks) =>
      hooks.retire((runtime) => ({
        ...runtime,
        references: {
          ...runtime.references,
          find: (region, amiIds) =>
            runtime.references.find(region, amiIds).catch((error: unknown) => {
              if (!(error instanceof AwsError)) throw error;
              return [];
            }),
        },
      })),
  },
];

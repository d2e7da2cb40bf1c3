import { AwsError } from '../../../src/lib/aws/errors';
import type { Weakness } from '../contract';
import { replacing } from './replacing';

export const parameterWeaknesses: Weakness[] = [
  {
    name: 'no-read-back',
    says: 'a parameter counts as written once SSM has answered 200',
    foundBy: ['read-back'],
    withinSeeds: 20,
    edit: {
      'src/lib/lifecycle/parameter-step.ts': replacing(
        'no-read-back',
        'nextParameterStep',
        '(original) => (write, ...facts) => write.refusal === undefined ? { do: "confirmed" } : original(write, ...facts)',
      ),
    },
  },
  {
    name: 'parameter-retries',
    says: 'the SDK repeats PutParameter when no answer comes',
    foundBy: ['one-write'],
    withinSeeds: 100,
    faults: ['call-fails-after'],
    weaken: (hooks) =>
      hooks.reconcile((runtime) => ({
        ...runtime,
        parameters: {
          ...runtime.parameters,
          putAmi: (region, write) =>
            runtime.parameters.putAmi(region, write).catch((error: unknown) => {
              if (!(error instanceof AwsError) || error.code !== 'UNAVAILABLE') throw error;
              return runtime.parameters.putAmi(region, write);
            }),
        },
      })),
  },
  {
    name: 'unrecorded-write',
    says: 'a parameter is written again without saying so in the ledger first',
    foundBy: ['one-write'],
    withinSeeds: 100,
    edit: {
      'src/lib/lifecycle/parameter-step.ts': replacing(
        'unrecorded-write',
        'nextWrite',
        '() => (write, nowMs) => ({ ...write, deadlineMs: nowMs + confirmWithinMs })',
      ),
    },
  },
  {
    name: 'foreign-overwritten',
    says: 'a parameter that somebody else keeps is overwritten',
    foundBy: ['one-write'],
    withinSeeds: 100,
    edit: {
      'src/lib/reconcile/move-parameters.ts': replacing(
        'foreign-overwritten',
        'keeperOf',
        '() => () => Promise.resolve("us")',
      ),
    },
  },
  {
    name: 'drift-unrepaired',
    says: 'parameters that were changed behind the bakery’s back stay as they are',
    foundBy: ['same-value', 'truth-at-rest'],
    withinSeeds: 100,
    edit: {
      'src/lib/reconcile/repair-drift.ts': replacing(
        'drift-unrepaired',
        'repairDrift',
        '() => () => Promise.resolve()',
      ),
    },
  },
];

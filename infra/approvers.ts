import type { StageConfig } from './stage-config';

/**
 * An alias of the function `approve` for each group that may be asked for approval. Who may invoke which is for the
 * account's own policies to say: the function learns the alias, and nothing else of who asks (docs/adr/0014).
 */
export const approverAliases = ({ settings }: StageConfig) => ({
  Resources: Object.fromEntries(
    (settings.role === 'consumer' ? [] : settings.approvers).map((group) => [
      `Approvers${logicalId(group)}`,
      {
        Type: 'AWS::Lambda::Alias',
        Properties: {
          FunctionName: { Ref: 'ApproveLambdaFunction' },
          // The code that is deployed last, like every other function of the stack.
          FunctionVersion: '$LATEST',
          Name: group,
        },
      },
    ]),
  ),
});

/** Logical ids hold letters and digits alone; `_` and `-` must not make two groups one. */
const logicalId = (group: string): string =>
  group.replace(/[-_Z]/g, (each) => ({ '-': 'Z0', _: 'Z1' })[each] ?? 'Z2');

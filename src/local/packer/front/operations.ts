import { NormalizedSchema } from '@smithy/core/schema';

export interface OperationSchema {
  input: NormalizedSchema;
  output: NormalizedSchema;
}

/** Input and output of an EC2 operation as the SDK describes them; undefined for a name that is none. */
export async function ec2Operation(name: string): Promise<OperationSchema | undefined> {
  // Loaded on first use: the package describes all of EC2 and takes a quarter of a second.
  return operationOf(await import('@aws-sdk/client-ec2'), name);
}

/** The same of whatever service an SDK package is of. */
export function operationOf(sdk: Record<string, unknown>, name: string): OperationSchema | undefined {
  const operation = /^[A-Z][A-Za-z0-9]*$/.test(name) ? sdk[`${name}$`] : undefined;
  // A static schema: [kind, namespace, name, traits, input, output]; kind 9 is an operation.
  if (!Array.isArray(operation) || operation[0] !== 9) return undefined;
  return { input: schemaOf(operation[4]), output: schemaOf(operation[5]) };
}

const schemaOf = (reference: unknown): NormalizedSchema =>
  NormalizedSchema.of((typeof reference === 'function' ? reference() : reference) as never);

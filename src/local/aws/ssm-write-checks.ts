import type { PutParameterRequest } from '@aws-sdk/client-ssm';
import { accessDenied, invalid } from './failure';
import type { StoredParameter } from './ssm-parameter';

const STANDARD_VALUE_BYTES = 4096;

/** The checks that PutParameter makes before it looks at the parameter's state. */
export function assertWritable(input: PutParameterRequest, existing: StoredParameter | undefined): void {
  const name = input.Name ?? '';
  if (/^\/?(aws|ssm)(\/|$)/i.test(name)) throw accessDenied(`No access to reserved parameter name: ${name}.`);
  if (/^(aws|ssm)/i.test(name))
    throw invalid('Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).');
  if (!/^[\w./-]+$/.test(name) || (name.includes('/') && !name.startsWith('/'))) {
    throw invalid(`Parameter name must be a fully qualified name: ${name}`);
  }
  if ((input.Value ?? '') === '')
    throw invalid(
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1.",
    );
  if (existing === undefined && input.Type === undefined)
    throw invalid('A parameter type is required when you create a parameter.');
  if (input.Overwrite === true && (input.Tags ?? []).length > 0) {
    throw invalid(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    );
  }
  if (input.Tier !== 'Advanced' && Buffer.byteLength(input.Value!) > STANDARD_VALUE_BYTES) {
    throw invalid(
      'Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.',
    );
  }
  if (input.DataType === 'aws:ec2:image' && !/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(input.Value!)) {
    throw invalid(`Parameter value: ${input.Value} is not a valid AMI id.`);
  }
}

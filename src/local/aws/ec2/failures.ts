import { AwsFailure } from '../failure';

/**
 * An error of EC2. The SDK has no classes for them: it throws EC2ServiceException with the code as its name.
 * Codes: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 */
export const ec2Failure = (code: string, message: string, httpStatusCode = 400): Error =>
  new AwsFailure(code, message, httpStatusCode);

export const missing = (parameter: string): Error =>
  ec2Failure('MissingParameter', `The request must contain the parameter ${parameter}`);

export const invalidValue = (message: string): Error => ec2Failure('InvalidParameterValue', message);

/** The value, or MissingParameter. */
export function required<T>(value: T | undefined, parameter: string): T {
  if (value === undefined || value === '') throw missing(parameter);
  return value;
}

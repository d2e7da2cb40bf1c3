/** The SDK's names of the services that the command line of AWS calls otherwise. */
const services: Record<string, string> = {
  codebuild: 'CodeBuild',
  codecommit: 'CodeCommit',
  ec2: 'EC2',
  iam: 'IAM',
  kms: 'KMS',
  'service-quotas': 'ServiceQuotas',
  sns: 'SNS',
  sqs: 'SQS',
  ssm: 'SSM',
};

/** Services whose members begin in lower case. */
const lowerCase = new Set(['codebuild', 'codecommit']);

/** Flags that are called otherwise than what they set. */
const renamed: Record<string, string> = { 'notification-endpoint': 'endpoint' };

/** What a command of AWS's command line asks for. */
export interface AskedByCommand {
  service: string;
  operation: string;
  region: string;
  input: Record<string, unknown>;
}

/**
 * Reads a command of AWS's command line as far as the doctor's cures go: `aws SERVICE OPERATION`, flags with plain or JSON
 * values in single quotes, and no shorthand.
 * @throws RangeError for what is none
 */
export function readAwsCommand(command: string): AskedByCommand {
  const [program, service = '', operation = '', ...rest] = words(command);
  const name = services[service];
  if (program !== 'aws' || name === undefined) throw new RangeError(`not a command of AWS: ${command}`);
  const input: Record<string, unknown> = {};
  let region = '';
  for (let at = 0; at < rest.length; at += 1) {
    const flag = rest[at]!.replace(/^--/, '');
    const following = rest[at + 1];
    const value = following === undefined || following.startsWith('--') ? true : following;
    if (value !== true) at += 1;
    if (flag === 'region') region = String(value);
    else
      input[member(renamed[flag] ?? flag, lowerCase.has(service))] =
        value === true ? true : typed(flag, value);
  }
  return { service: name, operation: member(operation, false), region, input };
}

function words(command: string): string[] {
  return [...command.matchAll(/(?:'[^']*'|\\'|[^\s'\\])+/g)].map(([word]) =>
    word.replace(/'([^']*)'|\\'/g, (_all, inside: string | undefined) => inside ?? "'"),
  );
}

const member = (flag: string, lower: boolean): string =>
  flag
    .split('-')
    .map((part, index) => (lower && index === 0 ? part : part.charAt(0).toUpperCase() + part.slice(1)))
    .join('');

/** Policies and attributes are text, though they are JSON; every other JSON is what it says. */
const isText = (flag: string): boolean => /policy|attribute-value|policy-document/.test(flag);

function typed(flag: string, value: string): unknown {
  if (isText(flag)) return value;
  if (/^[[{]/.test(value)) return JSON.parse(value) as unknown;
  return /^(desired-value|parameter-version|concurrent-build-limit)$/.test(flag) ? Number(value) : value;
}

import { names } from './names';
import type { StageConfig } from './stage-config';

/**
 * All variables of a function together, names and values
 * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
 */
const maxEnvironmentBytes = 4 * 1024;

/** The variables of every function. */
export interface FunctionEnvironment {
  BAKERY_SETTINGS: { 'Fn::Sub': string };
}

/**
 * BAKERY_SETTINGS as CloudFormation fills it in: what the stack makes is named by reference.
 * @throws Error where the variables would be larger than Lambda takes
 */
export function functionEnvironment(config: StageConfig): FunctionEnvironment {
  const { written, stack, tags } = config;
  const made = names(stack.name);
  const isBakery = config.settings.role === 'bakery';
  const notify = (written['notify'] ?? {}) as Record<string, unknown>;
  const references: Record<string, string> = {
    account: '${AWS::AccountId}',
    region: '${AWS::Region}',
    table: '${Ledger}',
    queueUrl: '${Queue}',
    ...(isBakery
      ? { topicArn: '${AnnouncementTopic}', buildProject: made.project, testProject: made.testProject }
      : {}),
  };
  const noticeTopic = '${NoticeTopic}';
  const literal = escaped({ ...written, ...(Object.keys(tags).length > 0 ? { tags } : {}) }) as Record<
    string,
    unknown
  >;
  const text = JSON.stringify({
    ...literal,
    notify: { default: noticeTopic, ...(escaped(notify) as object) },
    ...references,
  });
  checkSize(text, config, stack.name);
  return { BAKERY_SETTINGS: { 'Fn::Sub': text } };
}

/** `${` of a person's text is no reference. */
function escaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('${', '${!');
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, escaped(member)]));
}

function checkSize(text: string, { account, region }: StageConfig, stackName: string): void {
  const made = names(stackName);
  const topic = (name: string) => `arn:aws:sns:${region}:${account}:${name}`;
  const value = text
    .replaceAll('${AWS::AccountId}', account)
    .replaceAll('${AWS::Region}', region)
    .replaceAll('${Ledger}', made.table)
    .replaceAll('${Queue}', `https://sqs.${region}.amazonaws.com/${account}/${made.queue}`)
    .replaceAll('${AnnouncementTopic}', topic(made.topic))
    .replaceAll('${NoticeTopic}', topic(made.noticeTopic));
  const bytes = Buffer.byteLength(`BAKERY_SETTINGS${value}`);
  if (bytes > maxEnvironmentBytes)
    throw new Error(
      `SETTINGS_TOO_LARGE: the variables of each function would have ${bytes} bytes, and Lambda takes ${maxEnvironmentBytes}. Shorten settings: share with organisations in place of accounts, or split mirrors and upstreams between deployments (stack.name).`,
    );
}

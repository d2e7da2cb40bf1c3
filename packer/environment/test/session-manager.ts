import type { AwsCalls } from './aws-call';
import { AwsRefused } from './aws-call';
import type { Check } from './checks';
import { commandFor } from './command';
import type { Ending, Reach } from './reach';

/** Agents that have not heard of a command within this time (the least that SSM takes) are gone. */
const deliverySeconds = 60;
const longestPollMs = 3_000;

interface Invocation {
  Status?: string;
  StatusDetails?: string;
  ResponseCode?: number;
  StandardOutputContent?: string;
  StandardErrorContent?: string;
}

/** Run Command of Systems Manager: no open port, no key, no plugin. */
export function bySessionManager(aws: AwsCalls, sleep: (ms: number) => Promise<void>): Reach {
  return {
    needs:
      'its image needs to boot, the agent amazon-ssm-agent, an instance profile with AmazonSSMManagedInstanceCore (or Default Host Management), and a way to ssm, ssmmessages and ec2messages',
    answers: (instanceId) => isOnline(aws, instanceId),
    run: (instanceId, check, environment) => runCheck(aws, instanceId, check, environment, sleep),
  };
}

/** Whether the instance's agent has reported to Systems Manager. */
async function isOnline(aws: AwsCalls, instanceId: string): Promise<boolean> {
  const { InstanceInformationList = [] } = await aws.ssm<{
    InstanceInformationList?: { PingStatus?: string }[];
  }>('DescribeInstanceInformation', { Filters: [{ Key: 'InstanceIds', Values: [instanceId] }] });
  return InstanceInformationList[0]?.PingStatus === 'Online';
}

/**
 * A check that is asked for twice, because an answer got lost, runs twice; checks change nothing.
 */
async function runCheck(
  aws: AwsCalls,
  instanceId: string,
  check: Check,
  environment: Record<string, string>,
  sleep: (ms: number) => Promise<void>,
): Promise<Ending> {
  const { Command } = await aws.ssm<{ Command?: { CommandId?: string } }>('SendCommand', {
    DocumentName: check.shell === 'sh' ? 'AWS-RunShellScript' : 'AWS-RunPowerShellScript',
    InstanceIds: [instanceId],
    Comment: check.name.slice(0, 100),
    TimeoutSeconds: deliverySeconds,
    Parameters: {
      commands: [commandFor(check, environment)],
      executionTimeout: [String(check.timeoutSeconds)],
    },
  });
  const asked = { CommandId: Command?.CommandId, InstanceId: instanceId };
  for (let pollMs = 200; ; pollMs = Math.min(longestPollMs, pollMs * 1.5)) {
    await sleep(pollMs);
    const ending = endingOf(await invocation(aws, asked));
    if (ending !== undefined) return ending;
  }
}

async function invocation(aws: AwsCalls, asked: object): Promise<Invocation> {
  try {
    return await aws.ssm<Invocation>('GetCommandInvocation', asked);
  } catch (error) {
    // It is there a moment after SendCommand has answered.
    if (error instanceof AwsRefused && error.code === 'InvocationDoesNotExist') return { Status: 'Pending' };
    throw error;
  }
}

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html */
function endingOf(answer: Invocation): Ending | undefined {
  const output = [answer.StandardOutputContent, answer.StandardErrorContent].filter(Boolean).join('\n');
  const details = answer.StatusDetails?.replaceAll(' ', '') ?? '';
  switch (answer.Status) {
    case 'Success':
      return { kind: 'exit', code: 0, output };
    case 'Failed':
      return answer.ResponseCode !== undefined && answer.ResponseCode > 0
        ? { kind: 'exit', code: answer.ResponseCode, output }
        : { kind: 'lost', why: details || 'Failed' };
    case 'TimedOut':
      return details === 'DeliveryTimedOut' ? { kind: 'lost', why: details } : { kind: 'timed-out', output };
    case 'Cancelled':
      return { kind: 'lost', why: details || 'Cancelled' };
    default:
      return undefined;
  }
}

import type { Instance } from '@aws-sdk/client-ec2';
import type * as Ssm from '@aws-sdk/client-ssm';
import { InvalidDocument, InvalidInstanceId, InvocationDoesNotExist } from '@aws-sdk/client-ssm';
import { invalid } from './failure';
import type { CallSite, World } from './world';

/** A script that was sent to an instance, and the instance as EC2 shows it then. */
export interface SentCommand {
  at: CallSite;
  instance: Instance;
  document: string;
  comment: string;
  /** What the agent would run: the parameter `commands`, a line each. */
  text: string;
}

/** How a command is to end; `exitCode` undefined: it runs until its time is over. */
export interface CommandEnd {
  exitCode: number | undefined;
  output: string;
}

export interface RunCommandOptions {
  /** An instance of the caller's account and region, if there is one of this id. */
  instance: (at: CallSite, id: string) => Instance | undefined;
  /** Whether a running instance's agent reports: it needs the agent, a profile, and a way to SSM. Default: all do. */
  reports?: (instance: Instance) => boolean;
  /** Decides how a command ends, for nothing is run. Default: exit code 0. */
  ending?: (command: SentCommand) => CommandEnd;
  /** From SendCommand to the end of the command. */
  commandMs?: number;
}

interface Invocation {
  instanceId: string;
  document: string;
  comment: string;
  status: Ssm.CommandInvocationStatus;
  details: string;
  responseCode: number;
  output: string;
}

/** SSM takes no shorter TimeoutSeconds (SendCommand API reference). */
const shortestDeliverySeconds = 30;
/** GetCommandInvocation answers this many characters of the output. */
const keptOutput = 24_000;

/**
 * Run Command of Systems Manager, for instances of the local EC2. Nothing is run on any machine: how a command ends is
 * decided by the options, and what it prints says so.
 */
export class LocalRunCommand {
  readonly #invocations = new Map<string, Invocation>();

  constructor(
    private readonly world: World,
    private readonly options: RunCommandOptions,
  ) {}

  /** Becomes part of the SSM service. */
  operations() {
    return {
      DescribeInstanceInformation: this.#describe.bind(this),
      SendCommand: this.#send.bind(this),
      GetCommandInvocation: this.#invocation.bind(this),
    };
  }

  #describe(
    input: Ssm.DescribeInstanceInformationRequest,
    at: CallSite,
  ): Ssm.DescribeInstanceInformationResult {
    const [filter, ...others] = input.Filters ?? [];
    if (filter?.Key !== 'InstanceIds' || others.length > 0)
      throw invalid('the local AWS knows DescribeInstanceInformation by the filter InstanceIds only');
    const ids = filter.Values ?? [];
    const online = ids.flatMap((id) => this.#managed(at, id) ?? []);
    return {
      InstanceInformationList: online.map(({ InstanceId, Platform, LaunchTime }) => ({
        InstanceId,
        PingStatus: 'Online',
        LastPingDateTime: LaunchTime,
        PlatformType: Platform === undefined ? 'Linux' : 'Windows',
        ResourceType: 'EC2Instance',
      })),
    };
  }

  #send(input: Ssm.SendCommandRequest, at: CallSite): Ssm.SendCommandResult {
    const {
      DocumentName: document = '',
      Comment: comment = '',
      InstanceIds: ids = [],
      Parameters = {},
    } = input;
    if (document !== 'AWS-RunShellScript' && document !== 'AWS-RunPowerShellScript')
      throw new InvalidDocument({ message: `Document ${document} does not exist.`, $metadata: {} });
    if (input.TimeoutSeconds !== undefined && input.TimeoutSeconds < shortestDeliverySeconds)
      throw invalid(`TimeoutSeconds must be at least ${shortestDeliverySeconds}`);
    const { commands = [], executionTimeout = ['3600'] } = Parameters;
    if (commands.length === 0 || !/^[1-9]\d*$/.test(executionTimeout[0] ?? ''))
      throw invalid('Parameters do not fit the document');
    const instances = ids.map((id) => this.#managed(at, id));
    if (instances.length === 0 || instances.includes(undefined))
      throw new InvalidInstanceId({
        message: `Instances ${ids.join(', ')} not in a valid state for account`,
        $metadata: {},
      });
    const CommandId = this.world.chance.uuid();
    for (const instance of instances) {
      if (instance?.InstanceId === undefined) continue;
      const invocation: Invocation = {
        instanceId: instance.InstanceId,
        document,
        comment,
        status: 'InProgress',
        details: 'InProgress',
        responseCode: -1,
        output: '',
      };
      this.#invocations.set(key(at, CommandId, instance.InstanceId), invocation);
      const command = { at, instance, document, comment, text: commands.join('\n') };
      const timeoutMs = Number(executionTimeout[0]) * 1000;
      this.#run(invocation, command, timeoutMs);
    }
    return {
      Command: {
        CommandId,
        DocumentName: document,
        Comment: comment,
        InstanceIds: ids,
        Status: 'Pending',
        StatusDetails: 'Pending',
        RequestedDateTime: new Date(this.world.clock.now()),
      },
    };
  }

  #invocation(input: Ssm.GetCommandInvocationRequest, at: CallSite): Ssm.GetCommandInvocationResult {
    const found = this.#invocations.get(key(at, input.CommandId ?? '', input.InstanceId ?? ''));
    if (found === undefined)
      throw new InvocationDoesNotExist({
        message: 'The command ID and instance ID you specified did not match any invocations.',
        $metadata: {},
      });
    return {
      CommandId: input.CommandId,
      InstanceId: found.instanceId,
      Comment: found.comment,
      DocumentName: found.document,
      Status: found.status,
      StatusDetails: found.details,
      ResponseCode: found.responseCode,
      StandardOutputContent: found.output.slice(0, keptOutput),
      StandardErrorContent: '',
    };
  }

  #run(invocation: Invocation, command: SentCommand, timeoutMs: number): void {
    const { exitCode, output } = this.options.ending?.(command) ?? {
      exitCode: 0,
      output: 'local bakery: recorded, not run\n',
    };
    const waitMs = exitCode === undefined ? timeoutMs : (this.options.commandMs ?? 0);
    this.world.scheduler.after(
      waitMs,
      `${command.comment || 'a command'} on ${invocation.instanceId}`,
      () => {
        const gone = this.#managed(command.at, invocation.instanceId) === undefined;
        const [status, details] = gone
          ? (['Failed', 'Undeliverable'] as const)
          : exitCode === undefined
            ? (['TimedOut', 'ExecutionTimedOut'] as const)
            : exitCode === 0
              ? (['Success', 'Success'] as const)
              : (['Failed', 'Failed'] as const);
        const responseCode = gone || exitCode === undefined ? -1 : exitCode;
        Object.assign(invocation, { status, details, responseCode, output: gone ? '' : output });
      },
    );
  }

  #managed(at: CallSite, id: string): Instance | undefined {
    const instance = this.options.instance(at, id);
    const running = instance?.State?.Name === 'running';
    return running && (this.options.reports?.(instance) ?? true) ? instance : undefined;
  }
}

const key = (at: CallSite, commandId: string, instanceId: string): string =>
  [at.account, at.region, commandId, instanceId].join(' ');

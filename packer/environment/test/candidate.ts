import { createHash } from 'node:crypto';
import { BakeRefused } from '../bake/request';
import type { AwsCalls } from './aws-call';
import { AwsRefused } from './aws-call';
import type { Reach } from './reach';
import type { TestRequest } from './request';

/** What EC2 says of the AMI in question. */
export interface Candidate {
  windows: boolean;
  /** `v2.0`, or '' where the image does not insist on tokens. */
  imdsSupport: string;
}

const first = (xml: string, name: string): string =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';

export async function describeCandidate(aws: AwsCalls, amiId: string): Promise<Candidate> {
  const xml = await aws.ec2('DescribeImages', { 'ImageId.1': amiId });
  const state = first(xml, 'imageState');
  if (state !== 'available') throw new BakeRefused(`${amiId} is ${state || 'not there'}, not available`);
  return { windows: first(xml, 'platform') === 'windows', imdsSupport: first(xml, 'imdsSupport') };
}

/** Minutes that an instance outlives the time limit of its test, should nothing else end it. */
const graceMinutes = 10;

/** A build that is repeated has another id, and must not be given the terminated instance of the one before. */
export function clientToken(bakeId: string, buildId: string): string {
  return `test-${createHash('sha256').update(`${bakeId} ${buildId}`).digest('hex').slice(0, 40)}`;
}

/**
 * The parameters of RunInstances. The instance insists on tokens, ends itself instead of stopping, powers itself off when
 * its time is over, and carries its tags from the first moment: the role of the build may launch no other.
 */
export function launchParameters(
  request: TestRequest,
  candidate: Candidate,
  token: string,
  login?: Reach['login'],
): Record<string, string | undefined> {
  const { launch, limitMinutes } = request;
  const minutes = Math.ceil(limitMinutes) + graceMinutes;
  if (candidate.windows && login !== undefined)
    throw new BakeRefused('Windows is tested by Systems Manager only: give its image an instance profile');
  const userData = candidate.windows
    ? `<powershell>shutdown.exe /s /t ${minutes * 60}</powershell>\n`
    : cloudConfig(minutes, login);
  const tags = {
    ...launch.tags,
    Name: `bakery test of ${request.image}`,
    'bakery:bake': request.bakeId,
    'bakery:purpose': 'test',
  };
  const profile = launch.instanceProfile?.startsWith('arn:') === true ? 'Arn' : 'Name';
  const network =
    launch.publicIp === undefined
      ? { SubnetId: launch.subnetId, 'SecurityGroupId.1': launch.securityGroupId }
      : {
          'NetworkInterface.1.DeviceIndex': '0',
          'NetworkInterface.1.SubnetId': launch.subnetId,
          'NetworkInterface.1.SecurityGroupId.1': launch.securityGroupId,
          'NetworkInterface.1.AssociatePublicIpAddress': String(launch.publicIp),
        };
  return {
    ImageId: request.amiId,
    InstanceType: launch.instanceType,
    MinCount: '1',
    MaxCount: '1',
    ClientToken: token,
    InstanceInitiatedShutdownBehavior: 'terminate',
    'MetadataOptions.HttpEndpoint': 'enabled',
    'MetadataOptions.HttpTokens': 'required',
    [`IamInstanceProfile.${profile}`]: launch.instanceProfile,
    UserData: Buffer.from(userData).toString('base64'),
    ...network,
    ...tagParameters(['instance', 'volume'], tags),
  };
}

/** JSON is YAML. https://docs.cloud-init.io/en/latest/reference/modules.html */
function cloudConfig(minutes: number, login: Reach['login']): string {
  const users = login && [
    'default',
    {
      name: login.user,
      lock_passwd: true,
      shell: '/bin/sh',
      ssh_authorized_keys: [login.publicKey],
      sudo: 'ALL=(ALL) NOPASSWD:ALL',
    },
  ];
  const runcmd = [['shutdown', '-P', `+${minutes}`, 'this test has taken too long']];
  return `#cloud-config\n${JSON.stringify({ users, runcmd })}\n`;
}

function tagParameters(types: string[], tags: Record<string, string>): Record<string, string> {
  const entries = types.flatMap((type, index) => {
    const at = `TagSpecification.${index + 1}`;
    const pairs = Object.entries(tags).flatMap(([key, value], tag) => [
      [`${at}.Tag.${tag + 1}.Key`, key],
      [`${at}.Tag.${tag + 1}.Value`, value],
    ]);
    return [[`${at}.ResourceType`, type], ...pairs];
  });
  return Object.fromEntries(entries) as Record<string, string>;
}

/** Launches and answers the instance's id. */
export async function launch(aws: AwsCalls, parameters: Record<string, string | undefined>): Promise<string> {
  const id = first(await aws.ec2('RunInstances', parameters), 'instanceId');
  if (id === '') throw new Error('RunInstances answered without an instance');
  return id;
}

/** `running`, `terminated`, … and why, where EC2 says it. */
export async function instanceState(aws: AwsCalls, id: string): Promise<{ state: string; why: string }> {
  const xml = await aws.ec2('DescribeInstances', { 'InstanceId.1': id });
  const [, inside = ''] = /<instanceState>([^]*?)<\/instanceState>/.exec(xml) ?? [];
  const [, reason = ''] = /<stateReason>([^]*?)<\/stateReason>/.exec(xml) ?? [];
  return { state: first(inside, 'name'), why: first(reason, 'message') };
}

/** Where SSH finds the instance; '' while it has no such address. */
export async function addressOf(
  aws: AwsCalls,
  id: string,
  which: 'private_ip' | 'public_ip',
): Promise<string> {
  const xml = await aws.ec2('DescribeInstances', { 'InstanceId.1': id });
  return first(xml, which === 'private_ip' ? 'privateIpAddress' : 'ipAddress');
}

/** Terminates what the token launched, also where no answer told which instance that is. Answers the ids. */
export async function terminate(
  aws: AwsCalls,
  launched: { token: string; id?: string },
  sleep: (ms: number) => Promise<void>,
): Promise<string[]> {
  const ids = launched.id === undefined ? await launchedUnder(aws, launched.token) : [launched.id];
  for (const id of ids) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await aws.ec2('TerminateInstances', { 'InstanceId.1': id });
        break;
      } catch (error) {
        // EC2 does not know at once what it has just launched.
        const unknown = error instanceof AwsRefused && error.code === 'InvalidInstanceID.NotFound';
        if (!unknown || attempt === 6) throw error;
        await sleep(5_000);
      }
    }
  }
  return ids;
}

async function launchedUnder(aws: AwsCalls, token: string): Promise<string[]> {
  const xml = await aws.ec2('DescribeInstances', {
    'Filter.1.Name': 'client-token',
    'Filter.1.Value.1': token,
  });
  return [...new Set([...xml.matchAll(/<instanceId>(i-[0-9a-f]+)<\/instanceId>/g)].map(([, id = '']) => id))];
}

import { BakeRefused } from '../bake/request';

/** What a build is asked to test. It comes in the variables of StartBuild: docs/tests.md. */
export interface TestRequest {
  bakeId: string;
  image: string;
  /** The candidate, in the region of the build. */
  amiId: string;
  /** Folder of bakery.yml in the repo; '' is the root of the repo. */
  root: string;
  /** Folder of the checks, relative to `root`. */
  checks: string;
  /** Time for everything, from the launch to the last result. */
  limitMinutes: number;
  /** SSH only where instances have no profile to reach Systems Manager with. */
  reach: 'session_manager' | 'private_ip' | 'public_ip';
  launch: {
    region: string;
    instanceType: string;
    /** Name or ARN. */
    instanceProfile?: string;
    subnetId?: string;
    securityGroupId?: string;
    publicIp?: boolean;
    tags: Record<string, string>;
  };
}

const defaultLimitMinutes = 20;

/** Reads and checks the request. Throws BakeRefused with the variable and the wrong value. */
export function readTestRequest(environment: Record<string, string | undefined>): TestRequest {
  const text = (name: string, pattern: RegExp): string => {
    const value = environment[name];
    if (value === undefined)
      throw new BakeRefused(`${name} is not set: this buildspec is started by the bakery`);
    if (!pattern.test(value)) throw new BakeRefused(`${name} is wrong: ${JSON.stringify(value)}`);
    return value;
  };
  const contract = object('BAKERY_CONTRACT', environment['BAKERY_CONTRACT'] ?? '{}');
  const set = (name: string): string | undefined => {
    const value = contract[name];
    if (value === undefined || value === '') return undefined;
    if (typeof value !== 'string')
      throw new BakeRefused(`BAKERY_CONTRACT: ${name} is no text: ${JSON.stringify(value)}`);
    return value;
  };
  const needed = (name: string): string => {
    const value = set(name);
    if (value === undefined) throw new BakeRefused(`BAKERY_CONTRACT names no ${name}`);
    return value;
  };
  const inside = /^(?!.*(^|\/)\.{0,2}(\/|$))[^/\\\0].*$/;
  const { tags = {} } = contract as { tags?: Record<string, string> };
  if (typeof tags !== 'object' || Object.values(tags).some((value) => typeof value !== 'string'))
    throw new BakeRefused(`BAKERY_CONTRACT: tags are no texts: ${JSON.stringify(tags)}`);
  const publicIp = set('associate_public_ip_address');
  const ssh = set('ssh_interface');
  const noProfile = set('iam_instance_profile') === undefined;
  return {
    reach: noProfile && (ssh === 'private_ip' || ssh === 'public_ip') ? ssh : 'session_manager',
    bakeId: text('BAKE_ID', /^b-[0-9a-z-]+$/),
    image: text('BAKERY_IMAGE', /./),
    amiId: text('CANDIDATE_AMI', /^ami-[0-9a-f]{8,17}$/),
    root: environment['BAKERY_ROOT'] ? text('BAKERY_ROOT', inside) : '',
    checks: text('BAKERY_TEST', /./).replace(/\/+$/, ''),
    limitMinutes: Number(
      environment['BAKERY_TEST_MINUTES'] === undefined
        ? defaultLimitMinutes
        : text('BAKERY_TEST_MINUTES', /^(?=.*[1-9])\d{1,3}(\.\d+)?$/),
    ),
    launch: {
      region: needed('region'),
      instanceType: needed('instance_type'),
      instanceProfile: set('iam_instance_profile'),
      subnetId: set('subnet_id'),
      securityGroupId: set('security_group_id'),
      publicIp: publicIp === undefined ? undefined : publicIp === 'true',
      tags,
    },
  };
}

function object(name: string, text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BakeRefused(`${name} is no JSON: ${text}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new BakeRefused(`${name} is no object: ${text}`);
}

import { AwsError } from '../../src/lib/aws/errors';
import type { AmiObservation, Amis, Parameters } from '../../src/lib/aws/edges';
import type { BaseContext } from '../../src/lib/bases/candidate';
import { resolveBases } from '../../src/lib/bases/resolve';
import type { Base, ImageDefinition } from '../../src/lib/definitions/catalog';
import { baseId } from '../../src/lib/definitions/names';
import type { UpstreamRecord } from '../../src/lib/lifecycle/upstream-record';
import { anAmi } from '../lifecycle/bakes';

const path = '/aws/service/al2023';
const upstreamBase: Base = {
  kind: 'upstream',
  bakery: 'platform',
  image: 'base/x86_64',
  channel: 'stable',
};
const announcement: UpstreamRecord = {
  bakery: 'platform',
  image: 'base/x86_64',
  channel: 'stable',
  account: '111111111111',
  version: 7,
  sequence: 7,
  bakeId: 'b-07',
  inputHash: 'aa',
  commitId: 'c0ffee',
  amis: { 'eu-west-1': 'ami-0000007' },
  ancestry: [{ amiId: 'ami-000public' }],
  publishedAtMs: 7,
  receivedAtMs: 7,
  revoked: [],
};

interface World {
  parameters?: Record<string, string>;
  amis?: AmiObservation[];
  found?: AmiObservation[];
  upstreams?: UpstreamRecord[];
  broken?: 'parameters' | 'amis' | 'find';
}

const asked: string[] = [];
function context({ parameters = {}, amis = [], found = [], upstreams = [], broken }: World): BaseContext {
  const refuse = () => {
    throw new AwsError('THROTTLED', 'test', 'Rate exceeded', { cause: undefined });
  };
  const get: Amis['get'] = async (_, ids) => {
    asked.push(`amis ${ids.join(' ')}`);
    if (broken === 'amis') refuse();
    return new Map(amis.filter(({ amiId }) => ids.includes(amiId)).map((ami) => [ami.amiId, ami]));
  };
  const values: Parameters['get'] = async (_, names) => {
    asked.push(`parameters ${names.join(' ')}`);
    if (broken === 'parameters') refuse();
    return new Map(
      names
        .filter((name) => name in parameters)
        .map((name) => [name, { name, value: parameters[name]!, version: 1, dataType: 'text' }]),
    );
  };
  const find: Amis['find'] = async () => (broken === 'find' ? refuse() : found);
  return {
    region: 'eu-west-1',
    parameters: { get: values } as Parameters,
    amis: { get, find } as Amis,
    upstreams: new Map(upstreams.map((record) => ['platform/base/x86_64@stable', record])),
    followed: new Set(['platform']),
  };
}

const resolve = async (base: Base, world: World, inUse: string[] = []) => {
  asked.length = 0;
  const catalog = { images: [{ base } as ImageDefinition] };
  return (await resolveBases(catalog, new Set(inUse), context(world)))[baseId(base)];
};

const ssm: Base = { kind: 'ssm', path };
const filter: Base = { kind: 'ami-filter', owners: ['amazon'], filters: { name: ['al2023-*'] } };
const publicAmi = anAmi({ amiId: 'ami-00000001', ownerId: '137112412989', tags: {} });

test.each<[string, Base, World, object]>([
  [
    'a parameter that names a visible AMI',
    ssm,
    { parameters: { [path]: 'ami-00000001' }, amis: [publicAmi] },
    { state: 'resolved', amiId: 'ami-00000001', architecture: 'x86_64' },
  ],
  ['a parameter that does not exist', ssm, {}, { state: 'unusable', code: 'BASE_MISSING' }],
  [
    'a parameter that holds something else',
    ssm,
    { parameters: { [path]: 'hello' } },
    { state: 'unusable', code: 'BASE_NOT_AN_AMI' },
  ],
  ['a parameter that cannot be read', ssm, { broken: 'parameters' }, { state: 'unknown' }],
  [
    'an AMI that cannot be looked at',
    ssm,
    { parameters: { [path]: 'ami-00000001' }, broken: 'amis' },
    { state: 'unknown' },
  ],
  [
    'an AMI that EC2 does not show',
    { kind: 'ami', amiId: 'ami-00000001' },
    {},
    { state: 'unusable', code: 'BASE_NOT_VISIBLE' },
  ],
  [
    'the newest AMI of a filter',
    filter,
    {
      found: [
        anAmi({ amiId: 'ami-00000003', createdAtMs: 1 }),
        anAmi({ amiId: 'ami-00000001', createdAtMs: 2 }),
        anAmi({ amiId: 'ami-00000002', createdAtMs: 1 }),
      ],
      amis: [publicAmi],
    },
    { state: 'resolved', amiId: 'ami-00000001' },
  ],
  ['a filter that nothing matches', filter, {}, { state: 'unusable', code: 'BASE_MISSING' }],
  ['a filter that cannot be asked', filter, { broken: 'find' }, { state: 'unknown' }],
  [
    'an announced AMI that is visible, with its whole ancestry',
    upstreamBase,
    { upstreams: [announcement], amis: [anAmi({ amiId: 'ami-0000007' })] },
    {
      state: 'resolved',
      amiId: 'ami-0000007',
      ancestry: [
        { amiId: 'ami-0000007', image: '111111111111/platform/base/x86_64', bakeId: 'b-07' },
        { amiId: 'ami-000public' },
      ],
    },
  ],
  [
    'a bakery that is not followed',
    { ...upstreamBase, bakery: 'other' },
    {},
    { state: 'unusable', code: 'UPSTREAM_NOT_FOLLOWED' },
  ],
  ['a channel never announced', upstreamBase, {}, { state: 'unusable', code: 'UPSTREAM_SILENT' }],
  [
    'an announced AMI of somebody else',
    upstreamBase,
    {
      upstreams: [announcement],
      amis: [anAmi({ amiId: 'ami-0000007', ownerId: '999999999999' })],
    },
    { state: 'unusable', code: 'BASE_WRONG_OWNER' },
  ],
  [
    'an announced AMI that is not visible yet',
    upstreamBase,
    { upstreams: [announcement] },
    { state: 'unusable', code: 'BASE_NOT_VISIBLE' },
  ],
  [
    'a bake that was revoked',
    upstreamBase,
    { upstreams: [{ ...announcement, revoked: ['b-07'] }] },
    { state: 'unusable', code: 'BASE_REVOKED' },
  ],
  [
    'an announcement for another region',
    upstreamBase,
    { upstreams: [{ ...announcement, amis: { 'us-east-1': 'ami-0000007' } }] },
    { state: 'unusable', code: 'BASE_MISSING' },
  ],
])('%s', async (_, base, world, expected) => {
  const resolution = await resolve(base, world);
  expect(resolution).toMatchObject(expected);
  if (resolution?.state !== 'resolved') expect(resolution?.why.length).toBeGreaterThan(10);
});

test('an AMI already in use is not looked at again, an announced one always is', async () => {
  await resolve(ssm, { parameters: { [path]: 'ami-00000001' } }, ['ami-00000001']);
  expect(asked).toEqual([`parameters ${path}`]);
  await resolve(upstreamBase, { upstreams: [announcement] }, ['ami-0000007']);
  expect(asked).toEqual(['amis ami-0000007']);
});

test('equal bases of many images are resolved once, and one broken kind leaves the others alone', async () => {
  asked.length = 0;
  const images = [ssm, ssm, upstreamBase, filter].map((base) => ({ base }) as ImageDefinition);
  const bases = await resolveBases(
    { images },
    new Set(),
    context({
      broken: 'find',
      parameters: { [path]: 'ami-00000001' },
      amis: [publicAmi, anAmi({ amiId: 'ami-0000007' })],
      upstreams: [announcement],
    }),
  );
  expect(asked).toEqual([`parameters ${path}`, 'amis ami-00000001 ami-0000007']);
  expect([ssm, filter, upstreamBase].map((base) => bases[baseId(base)]?.state)).toEqual([
    'resolved',
    'unknown',
    'resolved',
  ]);
});

test('a parameter that may not be read is unknown, and the others of its batch are read all the same', async () => {
  const secret: Base = { kind: 'ssm', path: '/secret' };
  const world = context({ parameters: { [path]: 'ami-00000001' }, amis: [publicAmi] });
  const get: Parameters['get'] = (region, names) => {
    if (names.includes('/secret')) {
      throw new AwsError('ACCESS_DENIED', 'ssm.GetParameters', 'not authorized', { cause: undefined });
    }
    return world.parameters.get(region, names);
  };
  const images = [ssm, secret].map((base) => ({ base }) as ImageDefinition);
  const bases = await resolveBases({ images }, new Set(), {
    ...world,
    parameters: { ...world.parameters, get },
  });
  expect([bases[baseId(ssm)]?.state, bases[baseId(secret)]?.state]).toEqual(['resolved', 'unknown']);
});

test('searches that a killed invocation never got an answer to hold no later one back', async () => {
  const images = [filter].map((base) => ({ base }) as ImageDefinition);
  const world = context({ found: [anAmi({ amiId: 'ami-00000009' })] });
  const unanswered = { ...world.amis, find: () => new Promise<never>(() => undefined) };
  for (let killed = 0; killed < 10; killed += 1) {
    void resolveBases({ images }, new Set(), { ...world, amis: unanswered });
  }
  const bases = await resolveBases({ images }, new Set(['ami-00000009']), world);
  expect(bases[baseId(filter)]).toMatchObject({ state: 'resolved', amiId: 'ami-00000009' });
});

import { AwsError } from '../aws/errors';
import type { ParameterValue } from '../aws/edges';
import type { BaseContext, FindBases } from './candidate';
import { unknownBecause } from './unknown-because';

const amiId = /^ami-[0-9a-f]{8,17}$/;

/** `ssm:/path`: the AMI id a parameter holds, ten parameters a call. */
export const findSsm: FindBases<'ssm'> = async (bases, context) => {
  const { region } = context;
  const { values, unread } = await readAll(
    bases.map(({ path }) => path),
    context,
  );
  return bases.map(({ path }) => {
    const why = unread.get(path);
    if (why !== undefined) return why;
    const value = values.get(path)?.value;
    if (value === undefined) {
      return {
        state: 'unusable',
        code: 'BASE_MISSING',
        why: `parameter ${path} does not exist in ${region}`,
      };
    }
    if (!amiId.test(value)) {
      return {
        state: 'unusable',
        code: 'BASE_NOT_AN_AMI',
        why: `parameter ${path} holds "${value.slice(0, 80)}", which is not an AMI id`,
      };
    }
    return { state: 'found', amiId: value, ancestry: [{ amiId: value }], alwaysVerify: false };
  });
};

interface Read {
  values: Map<string, ParameterValue>;
  unread: Map<string, ReturnType<typeof unknownBecause>>;
}

/** GetParameters refuses the whole batch for one path that the role may not read: then each is asked for by itself. */
async function readAll(paths: string[], { parameters, region }: BaseContext): Promise<Read> {
  try {
    return { values: await parameters.get(region, paths), unread: new Map() };
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'ACCESS_DENIED' || paths.length === 1) throw error;
  }
  const read: Read = { values: new Map(), unread: new Map() };
  for (const path of paths) {
    try {
      for (const [name, value] of await parameters.get(region, [path])) read.values.set(name, value);
    } catch (error) {
      read.unread.set(path, unknownBecause(error));
    }
  }
  return read;
}

import type { FindBases } from './candidate';

const amiId = /^ami-[0-9a-f]{8,17}$/;

/** `ssm:/path`: the AMI id a parameter holds, ten parameters a call. */
export const findSsm: FindBases<'ssm'> = async (bases, { parameters, region }) => {
  const values = await parameters.get(
    region,
    bases.map(({ path }) => path),
  );
  return bases.map(({ path }) => {
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

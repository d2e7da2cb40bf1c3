import { attemptsOf, call, causedBy, classify } from '../../src/lib/aws/classify';
import { AwsError } from '../../src/lib/aws/errors';
import type { AwsErrorCode } from '../../src/lib/aws/errors';

const named = (name: string, more: object = {}) =>
  Object.assign(new Error('text says nothing'), { name, ...more });

describe('an SDK error', () => {
  const byName: [string, AwsErrorCode][] = [
    ['ThrottlingException', 'THROTTLED'],
    ['RequestLimitExceeded', 'THROTTLED'],
    ['KMSThrottlingException', 'THROTTLED'],
    ['InternalServerError', 'UNAVAILABLE'],
    ['TimeoutError', 'UNAVAILABLE'],
    ['RepositoryDoesNotExistException', 'NOT_FOUND'],
    ['InvalidSnapshot.NotFound', 'NOT_FOUND'],
    ['UnauthorizedOperation', 'ACCESS_DENIED'],
    ['AuthorizationErrorException', 'ACCESS_DENIED'],
    ['ExpiredTokenException', 'ACCESS_DENIED'],
    ['TooManyUpdates', 'CONFLICT'],
    ['TransactionConflictException', 'CONFLICT'],
    ['AccountLimitExceededException', 'LIMIT_EXCEEDED'],
    ['ParameterAlreadyExists', 'PARAMETER_EXISTS'],
    ['ParameterMaxVersionLimitExceeded', 'PARAMETER_HISTORY_FULL'],
    ['FileTooLargeException', 'TOO_LARGE'],
    ['InvalidInputException', 'INVALID'],
    ['InvalidAMIID.Malformed', 'INVALID'],
    ['SomethingNewException', 'UNCLASSIFIED'],
  ];
  test.each(byName)('%s is %s', (name, code) => {
    expect(classify(named(name)).code).toBe(code);
  });

  test.each([
    ['a reset connection', { code: 'ECONNRESET' }, 'UNAVAILABLE'],
    ['a name that does not resolve', { code: 'ENOTFOUND' }, 'UNAVAILABLE'],
    ['a 503 of no known name', { $metadata: { httpStatusCode: 503 } }, 'UNAVAILABLE'],
    ['a 429 of no known name', { $metadata: { httpStatusCode: 429 } }, 'THROTTLED'],
    ['a 400 of no known name', { $metadata: { httpStatusCode: 400 } }, 'UNCLASSIFIED'],
  ])('%s', (_, more, code) => {
    expect(classify(named('Whatever', more)).code).toBe(code);
  });

  test.each(['a string', undefined, null, 7])('that is %p has no class', (thrown) => {
    expect(classify(thrown).code).toBe('UNCLASSIFIED');
  });

  test('a condition that failed outside a transaction is the first one', () => {
    expect(classify(named('ConditionalCheckFailedException'))).toEqual({
      code: 'CONDITION_FAILED',
      failedConditions: [0],
    });
  });
});

describe('a cancelled transaction', () => {
  const cancelled = (...codes: string[]) =>
    classify(named('TransactionCanceledException', { CancellationReasons: codes.map((Code) => ({ Code })) }));

  test.each<[string[], AwsErrorCode, number[]]>([
    [['None', 'ConditionalCheckFailed', 'None', 'ConditionalCheckFailed'], 'CONDITION_FAILED', [1, 3]],
    [['TransactionConflict', 'ConditionalCheckFailed'], 'CONDITION_FAILED', [1]],
    [['None', 'TransactionConflict'], 'CONFLICT', []],
    [['ThrottlingError', 'None'], 'THROTTLED', []],
    [['ValidationError', 'ConditionalCheckFailed'], 'INVALID', [1]],
    [['None'], 'UNCLASSIFIED', []],
  ])('for %j is %s', (codes, code, failedConditions) => {
    expect(cancelled(...codes)).toEqual({ code, failedConditions });
  });
});

describe('call', () => {
  test('keeps the answer', async () => {
    await expect(call('ssm.GetParameters', async () => 7)).resolves.toBe(7);
  });

  test('names the call and keeps the cause', async () => {
    const cause = named('ThrottlingException', { $metadata: { attempts: 4 } });
    const error = await call('ssm.GetParameters', () => Promise.reject(cause)).catch((it: unknown) => it);
    expect(error).toBeInstanceOf(AwsError);
    expect(error).toMatchObject({ code: 'THROTTLED', call: 'ssm.GetParameters', cause, retryable: true });
    expect(causedBy(error, 'ThrottlingException')).toBe(true);
    expect(causedBy(cause, 'ThrottlingException')).toBe(false);
    expect(attemptsOf(cause)).toBe(4);
  });

  test('passes on what an inner call has classified', async () => {
    const inner = new AwsError('NOT_FOUND', 'a.B', 'm', { cause: undefined });
    await expect(call('c.D', () => Promise.reject(inner))).rejects.toBe(inner);
  });
});

import { ec2Failure } from './failures';
import type { AccountState } from './state';

/** Client tokens: the same request under the same token is done once, another one is refused. */
export function onceForToken(
  state: AccountState,
  token: string | undefined,
  request: object,
  run: () => string,
): string {
  if (token === undefined) return run();
  const asked = JSON.stringify(request);
  const before = state.tokens.get(token);
  if (before === undefined) {
    const resourceId = run();
    state.tokens.set(token, { request: asked, resourceId });
    return resourceId;
  }
  if (before.request !== asked) {
    throw ec2Failure(
      'IdempotentParameterMismatch',
      'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
    );
  }
  return before.resourceId;
}

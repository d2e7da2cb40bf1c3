import { AwsFailure } from './failure';

/** A policy as IAM, KMS, SNS and Organizations take it. */
export interface PolicyText {
  Version?: string;
  Statement: Statement | Statement[];
}

interface Statement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Principal?: '*' | { AWS?: string | string[]; Service?: string | string[] };
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

export interface Request {
  action: string;
  resource: string;
  /** Condition keys that the request carries. */
  context: Readonly<Record<string, string>>;
  /** ARN of who asks: matched against `Principal` where a policy is a resource's. */
  principal?: string;
}

export type PolicyDecision = 'allowed' | 'explicitDeny' | 'implicitDeny';

/** What policies of one kind say together: a denial wins, and without an allowance nothing is allowed. */
export function evaluate(policies: readonly PolicyText[], request: Request): PolicyDecision {
  const hits = policies.flatMap((policy) => [policy.Statement].flat()).filter((it) => applies(it, request));
  if (hits.some(({ Effect }) => Effect === 'Deny')) return 'explicitDeny';
  return hits.some(({ Effect }) => Effect === 'Allow') ? 'allowed' : 'implicitDeny';
}

export function readPolicy(text: string | undefined): PolicyText {
  try {
    const policy = JSON.parse(text ?? '') as PolicyText;
    if (policy.Statement !== undefined) return policy;
  } catch {
    // Told below.
  }
  throw new AwsFailure('MalformedPolicyDocumentException', 'This policy contains invalid Json');
}

const applies = (statement: Statement, request: Request): boolean =>
  matchesAction(statement, request.action) &&
  matchesResource(statement, request.resource) &&
  matchesPrincipal(statement, request.principal) &&
  Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, request.context[key], [wanted].flat())),
  );

const matchesAction = ({ Action, NotAction }: Statement, action: string): boolean =>
  NotAction === undefined
    ? [Action ?? []].flat().some((pattern) => like(pattern, action, 'i'))
    : ![NotAction].flat().some((pattern) => like(pattern, action, 'i'));

const matchesResource = ({ Resource, NotResource }: Statement, resource: string): boolean => {
  if (NotResource !== undefined) return ![NotResource].flat().some((pattern) => like(pattern, resource));
  return Resource === undefined || [Resource].flat().some((pattern) => like(pattern, resource));
};

function matchesPrincipal({ Principal }: Statement, asking: string | undefined): boolean {
  if (Principal === undefined || Principal === '*') return true;
  const named = [Principal.AWS ?? []].flat();
  const account = /::(\d{12}):/.exec(asking ?? '')?.[1];
  return named.some(
    (it) => it === '*' || it === asking || it === account || it === `arn:aws:iam::${account}:root`,
  );
}

/** A key that the request lacks meets negated operators and those that say `IfExists`, and no other. */
function holds(operator: string, value: string | undefined, wanted: string[]): boolean {
  const [, kind = '', negated = '', ifExists] =
    /^(?:ForA(?:ll|ny)Value(?:s)?:)?(String|Arn|Bool)(Not)?(?:Equals|Like)?(IfExists)?$/.exec(operator) ?? [];
  if (kind === '')
    throw new AwsFailure('NotInLocalAws', `The local AWS lacks the condition ${operator}`, 501);
  if (value === undefined) return negated !== '' || ifExists !== undefined;
  const wild = kind === 'Arn' || operator.includes('Like');
  const met = wanted.some((it) => (wild ? like(it, value) : it === value));
  return negated === '' ? met : !met;
}

function like(pattern: string, text: string, flags = ''): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, `s${flags}`).test(text);
}

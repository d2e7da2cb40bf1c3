/**
 * Reads the policies of keys and topics: who is let do what. Only what can be told for certain counts as refused; a
 * condition that is not known here is taken to be met.
 */

export interface PolicyStatement {
  Sid?: string;
  Effect?: string;
  Principal?: unknown;
  NotPrincipal?: unknown;
  Action?: unknown;
  NotAction?: unknown;
  Resource?: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

export interface PolicyDocument {
  Version?: string;
  Id?: string;
  Statement?: PolicyStatement | PolicyStatement[];
}

/** Who asks: an account, or everybody in an organisation. */
export type Party = { account: string } | { organization: string };

/** Undefined where the text is no policy. */
export function parsePolicy(text: string): PolicyDocument | undefined {
  try {
    const document = JSON.parse(text) as unknown;
    return typeof document === 'object' && document !== null ? document : undefined;
  } catch {
    return undefined;
  }
}

export const statementsOf = ({ Statement }: PolicyDocument): PolicyStatement[] =>
  Statement === undefined ? [] : Array.isArray(Statement) ? Statement : [Statement];

/** Those of `actions` that the policy does not let the party do. */
export function refusedActions(document: PolicyDocument, party: Party, actions: readonly string[]): string[] {
  const all = statementsOf(document);
  const hits = (effect: string, action: string) =>
    all.some(
      (it) =>
        it.Effect === effect && covers(it, action) && names(it, party, effect) && applies(it, party, effect),
    );
  return actions.filter((action) => hits('Deny', action) || !hits('Allow', action));
}

/** Statements by which anybody in the world may do one of `actions`. */
export const openTo = (document: PolicyDocument, actions: readonly string[]): PolicyStatement[] =>
  statementsOf(document).filter(
    (it) =>
      it.Effect === 'Allow' &&
      principals(it).includes('*') &&
      actions.some((action) => covers(it, action)) &&
      !narrowed(it),
  );

/** A condition that lets only certain accounts, organisations or sources in. */
const narrowing =
  /^(aws:principal(orgid|orgpaths|account|arn)|aws:source(account|arn|owner|orgid|orgpaths|vpce|vpc)|sns:endpoint|kms:(calleraccount|viaservice))$/i;

const narrowed = ({ Condition = {} }: PolicyStatement): boolean =>
  Object.entries(Condition).some(
    ([operator, keys]) =>
      !/not|null/i.test(operator) &&
      Object.entries(keys).some(
        ([key, values]) => narrowing.test(key) && list(values).every((value) => !['*', ''].includes(value)),
      ),
  );

function covers({ Action, NotAction }: PolicyStatement, action: string): boolean {
  if (NotAction !== undefined) return !list(NotAction).some((pattern) => matches(pattern, action));
  return list(Action).some((pattern) => matches(pattern, action));
}

/** IAM's wildcards; actions are compared without case. `kms:ReEncrypt*` asked for is covered by `kms:ReEncrypt*` alone or wider. */
export function matches(pattern: string, action: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i').test(action);
}

function names(statement: PolicyStatement, party: Party, effect: string): boolean {
  if (statement.NotPrincipal !== undefined) return effect === 'Allow';
  const named = principals(statement);
  if (named.includes('*')) return true;
  if (!('account' in party)) return false;
  const { account } = party;
  // A single role that is denied does not shut the whole account out.
  if (effect === 'Deny') return named.some((it) => it === account || it.endsWith(`::${account}:root`));
  return named.some((it) => it === account || it.includes(`::${account}:`));
}

const principals = ({ Principal }: PolicyStatement): string[] => {
  if (Principal === '*') return ['*'];
  if (typeof Principal !== 'object' || Principal === null) return [];
  return list((Principal as { AWS?: unknown }).AWS);
};

const accountKeys = ['kms:calleraccount', 'aws:principalaccount', 'aws:sourceaccount', 'aws:sourceowner'];

/** Whether the conditions can be met by the party. Of a denial they must be met for certain, of a permission possibly. */
function applies({ Condition = {} }: PolicyStatement, party: Party, effect: string): boolean {
  const tests = Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({
      operator: operator.toLowerCase(),
      key: key.toLowerCase(),
      values: list(values),
    })),
  );
  if (effect === 'Deny') return tests.length === 0;
  return tests.every(({ operator, key, values }) => {
    if (!/^string(equals|like)/.test(operator)) return true;
    if ('account' in party && accountKeys.includes(key))
      return values.some((value) => matches(value, party.account));
    if ('organization' in party && key === 'aws:principalorgid')
      return values.some((value) => matches(value, party.organization));
    return true;
  });
}

const list = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((it): it is string => typeof it === 'string');

import type { Share } from '../definitions/catalog';
import type { Known } from '../definitions/known';
import type { AmiFacts, KeptCode, PastBake, RetentionFacts } from './retention-facts';
import type { Held } from './retention-held';
import type { UsageReport } from './observation';
import { usageSettlesMs } from './retirement';

export type Use =
  | { state: 'free' }
  | ({ state: 'held' } & Held)
  | { state: 'unread'; what: string; why: string }
  /** Other accounts' use is not known yet. */
  | { state: 'usage'; why: string; ask: boolean };

const heldAs = (code: KeptCode, why: string): Use => ({ state: 'held', code, why });

/** Whether anything outside the ledger uses a bake: one use in one region is enough, and what is not known is not free. */
export function usedOutside(bake: PastBake, facts: RetentionFacts, wanted: Share, usageCounts: boolean): Use {
  let unread: Use | undefined;
  let waits: Use | undefined;
  for (const [region, amiId] of Object.entries(bake.amis)) {
    const use = useOf(amiId, facts.amis.get(amiId), {
      bake,
      region,
      usageCounts,
      granted: facts.granted.get(bake.id),
      wanted,
    });
    if (use.state === 'held') return use;
    if (use.state === 'unread') unread ??= use;
    if (use.state === 'usage' && (waits === undefined || use.ask)) waits = use;
  }
  return unread ?? waits ?? { state: 'free' };
}

interface Of {
  bake: PastBake;
  region: string;
  usageCounts: boolean;
  granted: Known<Share> | undefined;
  wanted: Share;
}

function useOf(amiId: string, facts: AmiFacts | undefined, of: Of): Use {
  const { region, bake } = of;
  const not = (part: string, why: string): Use => ({
    state: 'unread',
    what: `${part} of ${amiId} in ${region}`,
    why,
  });
  if (facts === undefined) return not('references', 'they were not read');
  const { ami, references, sharedWith, usage } = facts;
  if (references.known && references.value.length > 0) {
    const [first, ...more] = references.value;
    const others = more.length === 0 ? '' : ` and ${more.length} more`;
    return heldAs('referred-to', `${first}${others} refers to ${amiId}`);
  }
  if (ami.known && ami.value?.protection !== undefined) {
    return heldAs('protected', `${amiId} is protected from being deregistered (${ami.value.protection})`);
  }
  const users = usage.known ? newest(usage.value)?.usedBy : undefined;
  if (users !== undefined && users[0] !== undefined) {
    const { account, what, count } = users[0];
    return heldAs('used-elsewhere', `account ${account} uses ${amiId} in ${count} × ${what}`);
  }
  if (!ami.known) return not('state', ami.why);
  // It is gone: nothing uses it, and nothing is to be read of it.
  if (ami.value === undefined) return { state: 'free' };
  if (!references.known) return not('references', references.why);
  if (!sharedWith.known) return not('launch permissions', sharedWith.why);
  if (of.granted?.known === false) return not('what the bakery gave', of.granted.why);
  const stranger = sharedWith.value.find((entity) => !gave(of, entity));
  if (stranger !== undefined) {
    return heldAs('shared-by-hand', `${amiId} is shared with ${stranger}, which bakery.yml does not say`);
  }
  if (!of.usageCounts) return { state: 'free' };
  if (!usage.known) return not('usage reports', usage.why);
  return reported(bake, amiId, usage.value);
}

const gave = ({ granted, wanted }: Of, entity: string): boolean =>
  [wanted, ...(granted?.known === true ? [granted.value] : [])].some(
    ({ accounts, organizations, organizationalUnits }) =>
      accounts.includes(entity) || organizations.includes(entity) || organizationalUnits.includes(entity),
  );

const newest = (reports: UsageReport[]): UsageReport | undefined =>
  reports.filter(({ state }) => state === 'available').sort((a, b) => b.createdAtMs - a.createdAtMs)[0];

/** A report counts that was made after everything which happened before the bake came into its status is in it. */
function reported({ retirement }: PastBake, amiId: string, reports: UsageReport[]): Use {
  const fromMs = (retirement?.sinceMs ?? 0) + usageSettlesMs;
  const after = reports.filter(({ createdAtMs }) => createdAtMs >= fromMs);
  if (after.some(({ state }) => state === 'available')) return { state: 'free' };
  const pending = after.some(({ state }) => state === 'pending');
  const why = pending
    ? `EC2 is making the usage report of ${amiId}`
    : `${amiId} has no usage report from after ${new Date(fromMs).toISOString()}`;
  return { state: 'usage', why, ask: !pending };
}

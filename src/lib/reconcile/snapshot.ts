import type { ImageKey } from '../definitions/catalog';
import { hourMs } from '../definitions/instant';
import { holdsSlot } from '../lifecycle/bake-transitions';
import { inForce } from '../lifecycle/revocation';
import type { ImageRecord } from '../lifecycle/image-record';
import type { Policy, Snapshot } from '../planning/snapshot';
import type { Settings } from '../settings/settings';
import { parameterPrefix } from '../settings/parameter-pattern';
import type { Run } from './run';

export const policyOf = (settings: Settings): Policy => ({
  bakery: settings.bakery,
  account: settings.account,
  region: settings.region,
  mode: settings.mode,
  maxConcurrentBuilds: settings.maxConcurrentBuilds,
  maxWaitMs: settings.maxWaitHours * hourMs,
  canTest: settings.testProject !== undefined,
  approvers: settings.approvers,
  parameterPrefix: parameterPrefix(settings.parameterPattern),
  ceilings: settings.ceilings,
});

/** Whose bake holds a build slot. */
export const hasSlot = ({ live }: ImageRecord): boolean => live !== undefined && holdsSlot(live.status);

/** Everything planning may look at, and nothing else. */
export function snapshotOf(run: Run): Snapshot {
  const records: Record<ImageKey, ImageRecord> = {};
  for (const record of run.records) records[record.key] = record;
  const { startsBlocked, paused } = run.ledger.meta;
  const revocations = inForce(run.ledger.revocations.values());
  const blockedUntilMs = startsBlocked?.untilMs;
  return {
    nowMs: run.nowMs,
    policy: policyOf(run.deps.settings),
    catalog: run.facts.catalog,
    records,
    bases: run.facts.bases,
    reusable: run.facts.reusable,
    freshBakes: [...run.facts.freshBakes],
    slotsInUse: run.records.filter(hasSlot).length,
    ...(paused === undefined ? {} : { paused }),
    ...(revocations === undefined ? {} : { revocations }),
    ...(blockedUntilMs === undefined ? {} : { startsBlockedUntilMs: blockedUntilMs }),
  };
}

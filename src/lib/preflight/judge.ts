import { buildProject } from './checks/build-project';
import { deadLetters } from './checks/dead-letters';
import { defaultKeyShared } from './checks/default-key';
import { drift } from './checks/drift';
import { instanceProfiles } from './checks/instance-profiles';
import { instanceTypes } from './checks/instance-types';
import { keyConsumers } from './checks/key-consumers';
import { keyGrants } from './checks/key-grants';
import { keysUsable } from './checks/key-usable';
import { networkThere } from './checks/network';
import { parameters } from './checks/parameters';
import { quotas } from './checks/quotas';
import { repo } from './checks/repo';
import { rightsFromOutside } from './checks/rights';
import { subscriptions } from './checks/subscriptions';
import { topic } from './checks/topic';
import { wayOut } from './checks/way-out';
import type { Facts } from './facts';
import type { Finding, Judgement, Unchecked } from './finding';

const checks: readonly ((facts: Facts) => Judgement)[] = [
  repo,
  buildProject,
  defaultKeyShared,
  keysUsable,
  keyConsumers,
  keyGrants,
  networkThere,
  wayOut,
  instanceTypes,
  instanceProfiles,
  rightsFromOutside,
  quotas,
  topic,
  subscriptions,
  deadLetters,
  drift,
  parameters,
];

/** Everything that is wrong, errors first, and everything that could not be looked at, each once. */
export function judge(facts: Facts): Judgement {
  const all = checks.map((check) => check(facts));
  const findings = all.flatMap((it) => it.findings);
  const rank = ({ severity }: Finding) => (severity === 'error' ? 0 : 1);
  return {
    findings: findings.toSorted((a, b) => rank(a) - rank(b)),
    unchecked: once(all.flatMap((it) => it.unchecked)),
  };
}

const once = (all: Unchecked[]): Unchecked[] => [
  ...new Map(all.map((it) => [`${it.what}\n${it.why}`, it])).values(),
];

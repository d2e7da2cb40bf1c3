import { names, region } from '../../../src/local/bakery/deployment';
import { checkSettings } from '../../../src/lib/settings/read-settings';
import type { Settings } from '../../../src/lib/settings/settings';
import { copyKey, farRegions, groups } from '../plan/catalog';
import type { Plan, PlannedAccount } from '../plan/plan';

/** Settings of an account, checked like those of a real deployment. */
export function settingsOf(
  account: PlannedAccount,
  plan: Plan,
  endpoint = `https://sqs.${region}.amazonaws.com`,
): Settings {
  const { id, bakery, role, follows, maxConcurrentBuilds, cannotTest, mirrors } = account;
  const topic = (owner: string, name: string) => `arn:aws:sns:${region}:${owner}:${name}`;
  const upstreams = follows.map((index) => {
    const upstream = plan.accounts[index]!;
    return { bakery: upstream.bakery, account: upstream.id, topicArn: topic(upstream.id, names.topic) };
  });
  const common = {
    bakery,
    role,
    mode: 'bake',
    account: id,
    region,
    table: names.table,
    queueUrl: `${endpoint}/${id}/${names.queue}`,
    notify: { default: topic(id, names.noticeTopic) },
    upstreams,
  };
  if (role === 'consumer') return checkSettings({ ...common, mirrors });
  const others = plan.accounts.map((other) => other.id).filter((other) => other !== id);
  return checkSettings({
    ...common,
    repo: { name: 'images', branch: 'main', path: '' },
    topicArn: topic(id, names.topic),
    buildProject: names.project,
    ...(cannotTest === true ? {} : { testProject: names.testProject }),
    approvers: [...groups],
    maxConcurrentBuilds,
    ceilings: { shareWith: { accounts: others }, regions: [...farRegions], kmsKeys: [copyKey] },
  });
}

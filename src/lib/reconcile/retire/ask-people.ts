import { dayMs } from '../../definitions/instant';
import { toItem } from '../../ledger/items';
import { retirePk, retireToldSk } from '../../ledger/keys';
import { manyRetirements } from '../../notices/many-retirements';
import type { RetireDeps } from './deps';
import type { RetireReport } from './report';

/** Told once a day, for as long as it is so. */
export async function askPeople(deps: RetireDeps, report: RetireReport): Promise<void> {
  const { settings, table, topic, log } = deps;
  const going = report.steps.filter(({ onward }) => onward);
  const { tooMany } = report;
  const reasons = tooMany.map(({ why }) => why);
  log.warn('more bakes would be retired than are without being asked', { found: going.length, reasons });
  log.count('RetirementsTooMany', 'ceiling');
  const topicArn = settings.notify.default;
  if (topicArn === undefined) return;
  const nowMs = deps.nowMs();
  const told = await table.get(retirePk, retireToldSk);
  // A little less than a day: the schedule comes some seconds earlier or later.
  if (told !== undefined && nowMs - Number(told['version']) < 0.9 * dayMs) return;
  const lines = going.map(
    ({ image, bakeId, from, to, why }) => `${image} ${bakeId}: ${from} → ${to}; ${why}`,
  );
  const notice = manyRetirements({ bakery: settings.bakery, tooMany, lines }, nowMs);
  await topic.publish(topicArn, {
    subject: notice.subject,
    body: notice.text,
    attributes: { code: notice.code },
  });
  await table.write([
    {
      kind: 'put',
      item: toItem(retirePk, retireToldSk, nowMs, { found: lines.length }),
      condition: { kind: 'any' },
    },
  ]);
}

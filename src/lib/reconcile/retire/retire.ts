import { AwsError } from '../../aws/errors';
import type { RetireRequest } from '../../events/retire-event';
import { dayMs } from '../../definitions/instant';
import type { RetentionVerdict } from '../../lifecycle/retention-facts';
import type { RetireDeps } from './deps';
import { askPeople } from './ask-people';
import { look, type Look } from './look';
import { moveOn } from './move-on';
import { reportKept, reportSteps, type RetireReport, type StepReport } from './report';

/** No step is begun with less than this left: a reading of everything, and the calls of one bake in all its regions. */
const reserveMs = 60_000;

/**
 * Takes old bakes out of use, stage by stage, and brings back what is needed again. Doing it twice does nothing the second
 * time. Where anything could not be read, or too much would go, what is needed comes back all the same.
 * @throws AwsError, LedgerError where the ledger cannot be read: then nothing was done
 */
export async function retire(deps: RetireDeps, request: RetireRequest): Promise<RetireReport> {
  const { settings } = deps;
  const dryRun = request.dryRun || settings.mode === 'observe';
  const { dryRun: _asked, ...wanted } = request;
  const seen = await look(deps, wanted);
  const { plan } = seen;
  const report: RetireReport = {
    bakery: settings.bakery,
    account: settings.account,
    region: settings.region,
    mode: settings.mode,
    atMs: seen.atMs,
    dryRun,
    looked: plan.verdicts.length,
    steps: reportSteps(plan),
    kept: reportKept(plan),
    unread: plan.unread,
    tooMany: plan.tooMany,
  };
  if (dryRun) return report;
  await askForUsage(deps, plan.verdicts, report);
  await takeSteps(deps, seen, wanted, report);
  if (plan.tooMany.length > 0) await askPeople(deps, report);
  return report;
}

/** Reports are made by EC2 in its time, and read by a later run. The same day's is asked for once. */
async function askForUsage(
  { references, nowMs, log }: RetireDeps,
  verdicts: readonly RetentionVerdict[],
  report: RetireReport,
): Promise<void> {
  const day = Math.floor(nowMs() / dayMs);
  for (const { bake, asksUsage } of verdicts) {
    if (asksUsage !== true) continue;
    for (const [region, amiId] of Object.entries(bake.amis)) {
      try {
        await references.askUsage(region, amiId, `${bake.id}-${day}`);
        log.info('usage report asked for', { image: bake.image, bake: bake.id, region, ami: amiId });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        report.unread.push({ what: `usage reports of ${amiId} in ${region}`, why: error.message });
      }
    }
  }
}

const timeIsUp = 'the time was up';
const wasBlind = 'right before another one something could not be read';

async function takeSteps(
  deps: RetireDeps,
  seen: Look,
  request: Omit<RetireRequest, 'dryRun'>,
  report: RetireReport,
): Promise<void> {
  const { log } = deps;
  const stops = seen.plan.tooMany.length > 0;
  let blind = false;
  const verdicts = seen.plan.verdicts.filter(({ step }) => step !== undefined);
  const order = verdicts.map((verdict, index) => ({ verdict, entry: report.steps[index]! }));
  for (const { verdict, entry } of order.sort(byTurn)) {
    if (stops && entry.onward) continue;
    const hindered = deps.remainingMs() < reserveMs ? timeIsUp : blind && entry.onward ? wasBlind : undefined;
    const moved: Tried =
      hindered === undefined
        ? await tried(() => moveOn(deps, verdict, seen, request))
        : { outcome: 'left', error: hindered };
    const { unread = [], ...became } = moved;
    Object.assign(entry, became);
    report.unread.push(...unread);
    // What one reading could not read, the next one of this run is not trusted with.
    blind ||= unread.length > 0;
    const { image, bakeId, amis, from, to, code, why, outcome, error } = entry;
    log.info('retention', { image, bake: bakeId, amis, from, to, code, reason: why, outcome, error });
    if (outcome === 'done') log.count('BakesRetired', to);
    if (outcome === 'failed') log.count('BakesNotRetired', to);
  }
  const left = report.steps.filter(({ error }) => error === timeIsUp).length;
  if (left > 0) log.warn('the time was up, and bakes are left for the next run', { left });
}

interface Turn {
  verdict: RetentionVerdict;
  entry: StepReport;
}

/**
 * What is needed again comes first: nothing that goes may cost it the time. Then the oldest bakes, whose ids are in the order
 * of time: where the time of a run is too short for all of them, each has its turn in a later one.
 */
const byTurn = (a: Turn, b: Turn): number =>
  Number(a.entry.onward) - Number(b.entry.onward) || (a.entry.bakeId < b.entry.bakeId ? -1 : 1);

type Tried = Pick<StepReport, 'outcome' | 'error'> & Partial<Pick<RetireReport, 'unread'>>;

async function tried(act: () => ReturnType<typeof moveOn>): Promise<Tried> {
  try {
    const moved = await act();
    if (moved.outcome === 'done') return moved;
    const { why: error, unread = [] } = moved;
    return { outcome: 'left', error, unread };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    // Reconcile has written in between: what was decided on may not be so any more.
    if (error.code === 'CONDITION_FAILED' || error.code === 'CONFLICT')
      return { outcome: 'left', error: error.message };
    return { outcome: 'failed', error: error.message };
  }
}

import { AwsError } from '../../aws/errors';
import { dayMs, minuteMs } from '../../definitions/instant';
import type { JanitorRequest } from '../../events/janitor-event';
import { toItem } from '../../ledger/items';
import { janitorPk, janitorToldSk } from '../../ledger/keys';
import type { Removal } from '../../lifecycle/janitor';
import { isOverdue } from '../../lifecycle/overdue';
import { manyLeftovers } from '../../notices/many-leftovers';
import type { JanitorDeps } from './deps';
import { look, type Look } from './look';
import { reportKept, reportLeftover, type JanitorReport, type LeftoverReport } from './report';

/** More at once is more likely a mistake than a bad night: a person is asked. */
const mostRemovals = 20;
/** Newest builds that are looked at: more than can run at once (settings: 100). */
const searchedBuilds = 100;
/** No removal is begun with less than this left. */
const reserveMs = 10_000;

/**
 * Removes what builds that were killed left behind, and stops builds that run for longer than they may. Doing it twice
 * does nothing the second time.
 * @throws AwsError, LedgerError where the ledger cannot be read: then nothing was done
 */
export async function sweep(deps: JanitorDeps, request: JanitorRequest): Promise<JanitorReport> {
  const { settings } = deps;
  const dryRun = request.dryRun || settings.mode === 'observe';
  const seen = await look(deps);
  const most = request.most ?? mostRemovals;
  const { removals } = seen.plan;
  // A night that changed nothing, or what it took the place of, leaves an AMI of every image: no sign of a mistake.
  const surprising = removals.filter(({ expected }) => expected !== true);
  const report: JanitorReport = {
    bakery: settings.bakery,
    account: settings.account,
    region: settings.region,
    mode: settings.mode,
    atMs: deps.nowMs(),
    dryRun,
    leftovers: removals.map(reportLeftover),
    builds: [],
    kept: reportKept(seen.plan),
    unread: unreadOf(seen),
    ...(surprising.length > most ? { tooMany: { found: surprising.length, most } } : {}),
  };
  await stopOverdueBuilds(deps, report);
  if (dryRun) return report;
  if (report.tooMany !== undefined) await askPeople(deps, surprising.map(reportLeftover), most);
  const held = report.tooMany === undefined ? [] : surprising;
  await removeAll(deps, removals, report.leftovers, new Set(held));
  return report;
}

function unreadOf({ facts }: Look): JanitorReport['unread'] {
  const kinds = facts.seen.flatMap(({ region, kind, resources }) =>
    resources.known ? [] : { what: `${kind}s in ${region}`, why: resources.why },
  );
  const bakes = [...facts.bakes].flatMap(([id, bake]) =>
    bake.known ? [] : { what: `bake ${id}`, why: bake.why },
  );
  const images = [...facts.shared, ...facts.recorded].flatMap(([id, answer]) =>
    answer.known ? [] : { what: `AMI ${id}`, why: answer.why },
  );
  return [
    ...kinds,
    ...bakes,
    ...images,
    ...(facts.pointedTo.known ? [] : [{ what: 'parameters', why: facts.pointedTo.why }]),
  ];
}

/** What is left of such a build is removed when its bake has ended, by a later run. */
async function stopOverdueBuilds(deps: JanitorDeps, report: JanitorReport): Promise<void> {
  const { settings, log } = deps;
  if (settings.buildProject === undefined) return;
  const nowMs = deps.nowMs();
  try {
    const builds = await deps.builds.newest(settings.buildProject, searchedBuilds);
    for (const build of builds) {
      if (build.status !== 'IN_PROGRESS' || !isOverdue(build, nowMs)) continue;
      const { buildId, bakeId } = build;
      const ranMinutes = Math.floor((nowMs - (build.startedAtMs ?? nowMs)) / minuteMs);
      const why = `it was started ${ranMinutes} min ago and may take ${build.timeoutMinutes} min, after ${build.queuedTimeoutMinutes} in the queue`;
      const entry: JanitorReport['builds'][number] = { buildId, bakeId, why, outcome: 'found' };
      report.builds.push(entry);
      if (report.dryRun) continue;
      Object.assign(entry, await tried(() => deps.builds.stop(buildId)));
      log.warn('build over its time', { build: buildId, bake: bakeId, reason: why, ...outcomeOf(entry) });
      if (entry.outcome === 'done') log.count('BuildsStopped', 'overdue');
    }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    report.unread.push({ what: 'builds', why: error.message });
  }
}

async function removeAll(
  deps: JanitorDeps,
  removals: Removal[],
  entries: LeftoverReport[],
  asksFirst: ReadonlySet<Removal>,
): Promise<void> {
  const { leftovers, log } = deps;
  const stays = new Set<string>();
  for (const [index, removal] of removals.entries()) {
    if (asksFirst.has(removal)) continue;
    const { leftover } = removal;
    const entry = entries[index]!;
    const held = stays.has(leftover.id);
    const outcome =
      held || deps.remainingMs() < reserveMs
        ? ({ outcome: 'left' } as const)
        : await tried(() => leftovers.remove(leftover));
    Object.assign(entry, outcome);
    if (entry.outcome !== 'done') for (const id of leftover.snapshotIds ?? []) stays.add(id);
    const { kind, region, id, bakeId, image, why } = entry;
    log.info('leftover', { kind, region, id, bake: bakeId, image, reason: why, ...outcomeOf(entry) });
    if (entry.outcome === 'done') log.count('LeftoversRemoved', kind);
    if (entry.outcome === 'failed') log.count('LeftoversNotRemoved', kind);
  }
}

const outcomeOf = ({ outcome, error }: Pick<LeftoverReport, 'outcome' | 'error'>) => ({ outcome, error });

/** What somebody else has removed in the meantime is done as well. */
async function tried(act: () => Promise<void>): Promise<Pick<LeftoverReport, 'outcome' | 'error'>> {
  try {
    await act();
    return { outcome: 'done' };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.code === 'NOT_FOUND') return { outcome: 'done' };
    // An instance takes a minute to end, and holds its security group until then.
    if (error.code === 'CONFLICT') return { outcome: 'left', error: error.message };
    return { outcome: 'failed', error: error.message };
  }
}

/** Told once a day, for as long as it is so. */
async function askPeople(deps: JanitorDeps, found: LeftoverReport[], most: number): Promise<void> {
  const { settings, table, topic, log } = deps;
  log.warn('more leftovers than are removed without being asked', { found: found.length, most });
  log.count('LeftoversTooMany', 'ceiling');
  const topicArn = settings.notify.default;
  if (topicArn === undefined) return;
  const nowMs = deps.nowMs();
  const told = await table.get(janitorPk, janitorToldSk);
  if (told !== undefined && nowMs - Number(told['version']) < dayMs) return;
  const lines = found.map(({ kind, region, id, why }) => `${kind} ${id} (${region}): ${why}`);
  const notice = manyLeftovers({ bakery: settings.bakery, most, lines }, nowMs);
  await topic.publish(topicArn, {
    subject: notice.subject,
    body: notice.text,
    attributes: { code: notice.code },
  });
  await table.write([
    {
      kind: 'put',
      item: toItem(janitorPk, janitorToldSk, nowMs, { found: lines.length }),
      condition: { kind: 'any' },
    },
  ]);
}

import { putPackageList, readTold, type Told } from '../ledger/package-list';
import { judgeAdoption, type Adoption } from '../lifecycle/adoption';
import type { Bake } from '../lifecycle/bake';
import type { ImageRecord } from '../lifecycle/image-record';
import { definitionOf } from './definition-of';
import { goesOn } from './discard-bake';
import { rejectBake } from './finish-bake';
import { afterTests } from './pass-gates';
import type { Run } from './run';
import { beginTesting } from './test-bake';

/**
 * Looks at what the build named, and takes it as the bake's result or refuses it; a night that changed nothing ends here.
 * What is to be tested is tested next.
 */
export async function adoptBake(
  run: Run,
  record: ImageRecord,
  bake: Bake,
  amis: Record<string, string>,
): Promise<void> {
  const { settings } = run.deps;
  if (amis[settings.region] === undefined) {
    const named = Object.entries(amis).map(([region, amiId]) => `${region}:${amiId}`);
    const why = `The build named ${named.join(', ')}, and no AMI in ${settings.region}.`;
    return rejectBake(run, record, bake, why);
  }
  const verdicts = await Promise.all(
    Object.entries(amis).map(([region, amiId]) => judge(run, bake, region, amiId)),
  );
  const refused = verdicts.find(({ verdict }) => verdict === 'reject');
  if (refused?.verdict === 'reject') return rejectBake(run, record, bake, refused.why);
  if (verdicts.some(({ verdict }) => verdict !== 'adopt')) return;

  const { list, ...told } = toldBy(run, bake);
  const adopted = { ...bake, ...(bake.baseAmiId === undefined ? ownBase(run, amis) : {}), ...told, amis };
  const definition = definitionOf(run, record.key);
  if (!(await goesOn(run, record, adopted, definition))) return;
  if (list !== undefined) await run.deps.table.write([putPackageList(bake.image, bake.id, list)]);
  return definition?.test === undefined
    ? afterTests(run, record, adopted)
    : beginTesting(run, record, adopted, { ...definition, test: definition.test });
}

/** Where the template chose its base itself, the AMI tells which it was. */
function ownBase(run: Run, amis: Record<string, string>): Partial<Bake> {
  const ami = run.facts.amis.get(amis[run.deps.settings.region] ?? '');
  return ami?.sourceAmiId === undefined ? {} : { ancestry: [{ amiId: ami.sourceAmiId }] };
}

/** What its build told of it. */
function toldBy(run: Run, { buildId = '' }: Bake): Told {
  const build = run.facts.builds.get(buildId);
  return build?.known === true && build.value !== undefined ? readTold(build.value.exported) : {};
}

async function judge(run: Run, bake: Bake, region: string, amiId: string): Promise<Adoption> {
  const { deps, nowMs } = run;
  const ami = run.facts.amis.get(amiId) ?? (await deps.amis.get(region, [amiId])).get(amiId);
  if (ami !== undefined) run.facts.amis.set(amiId, ami);
  const build = run.facts.builds.get(bake.buildId ?? '');
  const buildEndedAtMs = build?.known === true ? build.value?.endedAtMs : undefined;
  const facts = { region, amiId, ami, account: deps.settings.account, nowMs, buildEndedAtMs };
  // A copy in another region names an AMI of that region's; only the home region is held against the base.
  const judged = region === deps.settings.region ? bake : { ...bake, baseAmiId: undefined };
  const first = judgeAdoption(judged, facts);
  if (first.verdict !== 'ask-ancestry') return first;
  return judgeAdoption(judged, { ...facts, ancestry: await deps.amis.ancestry(region, amiId) });
}

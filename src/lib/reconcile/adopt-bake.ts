import { freeSlot, recordAmi } from '../ledger/writes';
import { judgeAdoption, type Adoption } from '../lifecycle/adoption';
import type { Bake } from '../lifecycle/bake';
import { moveBakeThrough } from '../lifecycle/bake-transitions';
import { beginDistribution } from '../lifecycle/distribution';
import type { ImageRecord } from '../lifecycle/image-record';
import { allowedDestinations } from '../planning/ceilings';
import { definitionOf } from './definition-of';
import { distributeBake } from './distribute-bake';
import { endBake } from './end-bake';
import { finishBake, rejectBake } from './finish-bake';
import type { Run } from './run';
import { policyOf } from './snapshot';

/**
 * Looks at what the build named, and takes it as the bake's result or refuses it. What goes to no other region and under no
 * key is ready at once; anything else begins to be distributed.
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

  const adopted = { ...bake, ...(bake.baseAmiId === undefined ? ownBase(run, amis) : {}) };
  const definition = definitionOf(run, record.key);
  const key = definition?.regions?.[settings.region]?.kmsKey;
  if (key !== undefined && !settings.ceilings.kmsKeys.includes(key)) {
    // A commit that came while it was built: it is not published without the encryption it is to have.
    const message = `bakery.yml asks for the key ${key}, which ceilings.kmsKeys does not allow.`;
    return endBake(run, record, bake, 'failed', { class: 'copy', message, lines: [] });
  }
  const distribution =
    definition?.regions === undefined
      ? undefined
      : beginDistribution(
          { amis },
          allowedDestinations(definition, policyOf(settings)),
          settings.region,
          run.nowMs,
        );
  if (distribution !== undefined) return distributeBake(run, record, adopted, distribution);
  const ready = moveBakeThrough(adopted, ['testing', 'approval', 'distributing', 'ready'], {
    amis,
    endedAtMs: run.nowMs,
  });
  return finishBake(run, record, ready, {
    others: [freeSlot(bake.slot)],
    results: Object.values(amis).map((amiId) => recordAmi(amiId, bake.id)),
  });
}

/** Where the template chose its base itself, the AMI tells which it was. */
function ownBase(run: Run, amis: Record<string, string>): Partial<Bake> {
  const ami = run.facts.amis.get(amis[run.deps.settings.region] ?? '');
  return ami?.sourceAmiId === undefined ? {} : { ancestry: [{ amiId: ami.sourceAmiId }] };
}

async function judge(run: Run, bake: Bake, region: string, amiId: string): Promise<Adoption> {
  const { deps, nowMs } = run;
  const ami = run.facts.amis.get(amiId) ?? (await deps.amis.get(region, [amiId])).get(amiId);
  if (ami !== undefined) run.facts.amis.set(amiId, ami);
  const build = run.facts.builds.get(bake.id);
  const buildEndedAtMs = build?.known === true ? build.value?.endedAtMs : undefined;
  const facts = { region, amiId, ami, account: deps.settings.account, nowMs, buildEndedAtMs };
  // A copy in another region names an AMI of that region's; only the home region is held against the base.
  const judged = region === deps.settings.region ? bake : { ...bake, baseAmiId: undefined };
  const first = judgeAdoption(judged, facts);
  if (first.verdict !== 'ask-ancestry') return first;
  return judgeAdoption(judged, { ...facts, ancestry: await deps.amis.ancestry(region, amiId) });
}

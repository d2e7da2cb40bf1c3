import type { TableWrite } from '../aws/edges';
import type { ImageDefinition } from '../definitions/catalog';
import { dayMs } from '../definitions/instant';
import { catalogSk, imageSk, upstreamSk } from '../ledger/keys';
import { deleteCommand, takeSlot, unchanged } from '../ledger/writes';
import type { Bake } from '../lifecycle/bake';
import { newImageRecord, type ImageRecord } from '../lifecycle/image-record';
import type { Decision, Memory } from '../planning/decision';
import { explainReason } from '../planning/explain';
import { buildRequest } from './build-request';
import type { Run } from './run';
import { supersede } from './supersede';

/** TransactWriteItems takes 100 writes: image, slot, command and catalog leave this many ancestors. */
const maxAncestors = 96;

/**
 * Claims an image for one bake: image, build slot and the condition that no ancestor has moved and no other commit has come
 * into force, as one transaction. It
 * stores the whole StartBuild request. Nothing is started here.
 */
export async function claim(
  run: Run,
  definition: ImageDefinition,
  decision: Extract<Decision, { kind: 'bake' }>,
  memory: Memory | undefined,
  slot: number,
): Promise<ImageRecord> {
  const { deps, nowMs } = run;
  const { catalog } = run.facts;
  if (!catalog.known) throw new TypeError('nothing is claimed without a catalog');
  const record = run.record(definition.key) ?? newImageRecord(definition.key);
  const { asked, dueSinceMs: _due, ...rest } = record;
  const inputs = catalog.value.inputs[definition.key] ?? [];
  const { desired, reason } = decision;
  const content = {
    inputHash: desired.inputHash,
    contentDigest: desired.contentDigest,
    notBefore: desired.notBefore,
    ...(desired.baseAmiId === undefined ? {} : { baseAmiId: desired.baseAmiId }),
    commitId: catalog.value.commitId,
    inputs,
  };
  const id = deps.newBakeId(nowMs);
  const bake: Bake = {
    ...content,
    id,
    image: definition.key,
    status: 'claimed',
    ancestry: desired.ancestry,
    cause: { code: reason.code, text: explainReason(reason) },
    ...(asked === undefined ? {} : { asked }),
    claimedAtMs: nowMs,
    slot,
    request: buildRequest(
      { ...content, id, ancestry: desired.ancestry },
      definition,
      inputs.map(({ path }) => path),
      deps.settings,
    ),
  };
  const claimed: ImageRecord = {
    ...rest,
    ...(memory?.schedule === undefined ? {} : { schedule: memory.schedule }),
    notBefore: Math.max(record.notBefore, desired.notBefore),
    live: bake,
    claims: [
      ...record.claims.filter(({ atMs }) => nowMs - atMs < dayMs),
      { atMs: nowMs, cause: reason.code },
    ],
  };
  const saved = await run.save(claimed, [
    takeSlot(slot, bake),
    ...supersede(record, `bake ${id}`, nowMs),
    unchanged(catalogSk, run.ledger.catalog?.version ?? 0),
    ...ancestorChecks(run, definition, decision),
    ...(asked === undefined ? [] : [deleteCommand(asked.commandId)]),
  ]);
  deps.log.info('claimed', {
    image: definition.key,
    bake: id,
    reason: bake.cause.text,
    base: desired.baseAmiId,
  });
  return saved;
}

/** What the decision was made on must still be so: every ancestor here, and the announcement of the one upstream. */
function ancestorChecks(
  run: Run,
  definition: ImageDefinition,
  { ancestors }: Extract<Decision, { kind: 'bake' }>,
): TableWrite[] {
  if (ancestors.length > maxAncestors) {
    throw new RangeError(
      `${definition.key} has ${ancestors.length} ancestors; ${maxAncestors} can be checked.`,
    );
  }
  const checks = ancestors.map((key) => unchanged(imageSk(key), run.record(key)?.version ?? 0));
  const { base } = definition;
  if (base.kind !== 'upstream') return checks;
  const record = run.ledger.upstreams.get(`${base.bakery}/${base.image}@${base.channel}`);
  return [...checks, unchanged(upstreamSk(base.bakery, base.image, base.channel), record?.version ?? 0)];
}

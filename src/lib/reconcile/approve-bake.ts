import type { ImageDefinition, ImageKey } from '../definitions/catalog';
import type { CommandOf } from '../ledger/record-command';
import { deleteCommand } from '../ledger/writes';
import { askApproval, nextApprovalStep } from '../lifecycle/approval';
import type { Bake, BakeFailure } from '../lifecycle/bake';
import { holdsSlot, moveBakeUpTo } from '../lifecycle/bake-transitions';
import { revocationText } from '../lifecycle/revocation';
import type { ImageRecord } from '../lifecycle/image-record';
import { approvalWanted } from '../notices/approval';
import { alongside } from './alongside';
import { definitionOf } from './definition-of';
import { endBake } from './end-bake';
import { isTaken, rejectBake, takenBy } from './finish-bake';
import { refuseCommand } from './refuse-command';
import { revokedNow } from './revoked-now';
import type { Run } from './run';

/** The bake waits for a person. Its slot is free, its AMIs are recorded, and the owner is told, in one write. */
export async function beginApproval(
  run: Run,
  record: ImageRecord,
  bake: Bake,
  { approval: asked, notify }: ImageDefinition & { approval: NonNullable<ImageDefinition['approval']> },
): Promise<void> {
  const { amis = {} } = bake;
  const approval = askApproval(asked, run.nowMs);
  const live = moveBakeUpTo(bake, 'approval', { approval });
  const { others, results } = alongside(bake, amis);
  const outbox = [...record.outbox, approvalWanted(live, approval, notify, run.nowMs)];
  try {
    await run.save({ ...record, live, outbox }, [...others, ...results]);
  } catch (error) {
    if (!isTaken(error, 1 + others.length)) throw error;
    return rejectBake(run, record, bake, takenBy(amis));
  }
  if (holdsSlot(bake.status)) run.ledger.slots.delete(bake.slot);
  run.deps.log.info('waits for approval', { image: bake.image, bake: bake.id, by: approval.group });
}

/** Moves a bake that waits for approval on: by what was decided, or by the clock. */
export async function advanceApproval(
  run: Run,
  record: ImageRecord,
  bake: Bake,
  goOn: (run: Run, record: ImageRecord, bake: Bake) => Promise<void>,
): Promise<void> {
  const { approval } = bake;
  if (approval === undefined) throw new TypeError(`bake ${bake.id} waits for nobody's approval`);
  switch (nextApprovalStep(approval, run.nowMs).do) {
    case 'wait':
      return;
    case 'go-on':
      return goOn(run, record, bake);
    case 'expire':
      return endBake(run, record, bake, 'rejected', {
        class: 'approval-expired',
        message: `Nobody of ${approval.group} approved it within its time.`,
        lines: [],
      });
    case 'remind': {
      const live = { ...bake, approval: { ...approval, remindedAtMs: run.nowMs } };
      const { notify } = definitionOf(run, record.key) ?? {};
      const outbox = [...record.outbox, approvalWanted(live, approval, notify, run.nowMs, true)];
      await run.save({ ...record, live, outbox });
    }
  }
}

type Decide = CommandOf<'approve'> | CommandOf<'reject'>;

/** What a person decides. The first word counts: what was decided, or waits no longer, is refused and changes nothing. */
export async function decideApproval(run: Run, command: Decide, images: ImageKey[]): Promise<void> {
  const { by, why, atMs, group } = command;
  const refuse = (reason: string, remedy = 'see what waits with `bakery status`.') =>
    refuseCommand(run, command, { why: reason, remedy });
  const named = images.flatMap((image) => {
    const record = run.record(image);
    const live = record?.live;
    const isMeant = live?.status === 'approval' && (command.bake === undefined || live.id === command.bake);
    return record !== undefined && isMeant ? [{ record, bake: live, approval: live.approval! }] : [];
  });
  if (named.length === 0) {
    const what =
      command.bake === undefined ? images.join(' and ') : `bake ${command.bake} of ${images.join(' and ')}`;
    return refuse(`${what} does not wait for approval, or waits no longer`);
  }
  const decided = named.find(({ approval }) => approval.approved !== undefined)?.approval.approved;
  if (decided !== undefined) {
    return refuse(
      `${decided.by} approved it already, at ${new Date(decided.atMs).toISOString()}: ${decided.why}`,
    );
  }
  const others = named.find(({ approval }) => approval.group !== group);
  if (others !== undefined) {
    return refuse(
      `${others.bake.id} waits for approval by ${others.approval.group}, and ${by} came as ${group}`,
      `ask somebody of ${others.approval.group}.`,
    );
  }
  const late = named.find(({ approval }) => atMs >= approval.expiresAtMs);
  if (late !== undefined) {
    const { bake, approval } = late;
    const until = new Date(approval.expiresAtMs).toISOString();
    return refuse(
      `${bake.id} could be decided on until ${until}, and ${by} did at ${new Date(atMs).toISOString()}`,
      `ask for a bake of ${bake.image}.`,
    );
  }
  if (command.command === 'approve') {
    for (const { bake } of named) {
      const revocation = revokedNow(run, bake.image, { bakeId: bake.id, ancestry: bake.ancestry });
      if (revocation === undefined) continue;
      return refuse(
        `Bake ${bake.id} is built on what was revoked: ${revocationText(revocation)}`,
        'wait: it is baked anew on what is good.',
      );
    }
    const { region } = run.deps.settings;
    const amiIds = named.map(({ bake }) => bake.amis?.[region] ?? '');
    const seen = await run.deps.amis.get(region, amiIds);
    const gone = amiIds.find((amiId) => seen.get(amiId)?.state !== 'available');
    if (gone !== undefined) {
      return refuse(
        `${gone} is there no longer, or not available`,
        'reject it, or ask for a bake of the image.',
      );
    }
  }
  for (const [index, { record, bake, approval }] of named.entries()) {
    const last = index === named.length - 1 ? [deleteCommand(command.id)] : [];
    if (command.command === 'reject') {
      const failure: BakeFailure = {
        class: 'disapproved',
        message: `${by} (${group}) rejected it: ${why}`,
        lines: [],
      };
      await endBake(run, record, bake, 'rejected', failure, last);
      continue;
    }
    const live = { ...bake, approval: { ...approval, approved: { by, why, atMs } } };
    await run.save({ ...record, live }, last);
    run.deps.log.info('approved', { image: record.key, bake: bake.id, by, group, reason: why });
  }
}

import type { Notice } from '../lifecycle/image-record';
import type { TableWrite } from '../aws/edges';
import { putMeta } from '../ledger/writes';
import { outboxKept, type Run } from './run';

/** How many ids of notices without an image are kept, so that none is sent twice. */
const toldKept = 50;

/** Sends what people should know. A notice leaves the outbox after it went out: a crash sends it twice, never loses it. */
export async function sendNotices(run: Run): Promise<void> {
  await run.each(
    run.records.filter(({ outbox }) => outbox.length > 0),
    'telling the owner',
    ({ key }) => key,
    async (record) => {
      for (const notice of record.outbox) await send(run, notice);
      await run.save({ ...record, outbox: [] });
    },
  );
  await run.attempt('telling the owner', undefined, async () => {
    const { meta } = run.ledger;
    if (meta.outbox.length === 0) return;
    for (const notice of meta.outbox) await send(run, notice);
    const told = [...meta.told, ...meta.outbox.map(({ id }) => id)].slice(-toldKept);
    run.ledger.meta = { ...run.ledger.meta, outbox: [], told };
  });
}

/** Puts a notice that belongs to no image on its way, once. */
export function tell(run: Run, notice: Notice): void {
  const { meta } = run.ledger;
  if (meta.told.includes(notice.id) || meta.outbox.some(({ id }) => id === notice.id)) return;
  run.ledger.meta = { ...meta, outbox: [...meta.outbox, notice].slice(-outboxKept) };
}

/**
 * The write that keeps what was told in the ledger, for the same transaction as whatever will not be seen a second time.
 * Call `stored` once it has gone through.
 */
export function keepTold(run: Run): { writes: TableWrite[]; stored: () => void } {
  const { stored, write } = putMeta(run.ledger.meta);
  return { writes: [write], stored: () => (run.ledger.meta = stored) };
}

async function send(run: Run, notice: Notice): Promise<void> {
  const { settings, topic, log } = run.deps;
  const { targets } = settings.notify;
  const topicArn =
    (notice.target === undefined ? undefined : targets[notice.target]) ?? settings.notify.default;
  if (topicArn === undefined) {
    log.warn('a notice has nobody to go to; set notify.default', {
      code: notice.code,
      subject: notice.subject,
    });
    return;
  }
  await topic.publish(topicArn, {
    subject: notice.subject,
    body: notice.text,
    attributes: { code: notice.code },
  });
  log.info('owner told', { code: notice.code, subject: notice.subject });
}

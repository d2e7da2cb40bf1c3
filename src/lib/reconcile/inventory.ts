import { writeInventory, type InventoryLine } from '../announcement/inventory';
import { hourMs } from '../definitions/instant';
import type { Channel } from '../lifecycle/channel';
import { revokedOf } from './revoked-of-image';
import type { Run } from './run';

/** Announcements get lost: once an hour every channel is told again, compactly, so that followers catch up. */
export async function sendInventory(run: Run): Promise<void> {
  const { topicArn } = run.deps.settings;
  const { meta } = run.ledger;
  if (topicArn === undefined || run.nowMs - meta.inventoryAtMs < hourMs) return;
  const channels = run.records.flatMap(({ key, channels, revoked }) =>
    Object.entries(channels).flatMap(([channel, { current, withdrawn, ...state }]): InventoryLine[] => {
      const line = { image: key, channel, revoked: revokedOf(run, revoked) };
      if (current !== undefined && wasConfirmed(state)) return [{ ...line, published: current }];
      return withdrawn === undefined ? [] : [{ ...line, withdrawn }];
    }),
  );
  if (channels.length === 0) return;
  const { topic, settings } = run.deps;
  for (const message of writeInventory(settings, channels, run.nowMs)) {
    await topic.publish(topicArn, message);
  }
  run.ledger.meta = { ...run.ledger.meta, inventoryAtMs: run.nowMs };
}

/** What a renamed image took over is not told under its new name before its parameters read back under that name. */
const wasConfirmed = ({ parameterNames }: Channel): boolean =>
  parameterNames === undefined || Object.keys(parameterNames).length > 0;

import type { TableWrite } from '../aws/edges';
import { archiveBake, forgetAmi } from '../ledger/writes';
import type { Bake } from '../lifecycle/bake';
import { moveBake } from '../lifecycle/bake-transitions';
import type { ImageRecord } from '../lifecycle/image-record';
import type { Run } from './run';

/** What is written when something newer takes the place of a bake that waits for approval. It is nobody's failure. */
export function supersede({ live }: Pick<ImageRecord, 'live'>, by: string, nowMs: number): TableWrite[] {
  if (live?.status !== 'approval') return [];
  const { amis = {}, ...left } = live;
  const failure: NonNullable<Bake['failure']> = {
    class: 'superseded',
    message: `It waited for approval, and ${by} took its place.`,
    lines: [],
  };
  const ended = moveBake(left, 'rejected', { failure, endedAtMs: nowMs });
  return [...archiveBake(ended), ...Object.values(amis).map(forgetAmi)];
}

/** Ends bakes that wait for approval of what nobody wants any more: the channel has, or gets, what is desired now. */
export async function endOutdated(run: Run, images: readonly ImageRecord['key'][]): Promise<void> {
  await run.each(
    images,
    'ending what waits for approval',
    (image) => image,
    async (image) => {
      const record = run.record(image);
      if (record?.live?.status !== 'approval') return;
      const { live, ...rest } = record;
      await run.save(rest, supersede(record, 'what is published already', run.nowMs));
      run.deps.log.info('waits for approval no longer', { image, bake: live.id });
    },
  );
}

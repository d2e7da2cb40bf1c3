import type { PinRelease, Plan } from '../planning/decision';
import type { Run } from './run';

/** Takes pins away that a commit or a base has outlived, before anything is begun on the strength of it. */
export async function releasePins(run: Run, { releases }: Plan): Promise<void> {
  if (releases.length === 0 || run.deps.settings.mode === 'observe') return;
  await run.each(
    releases,
    'releasing a pin',
    ({ image }) => image,
    (release) => releaseOne(run, release),
  );
}

async function releaseOne(run: Run, { image, channel: name, because }: PinRelease): Promise<void> {
  const record = run.record(image);
  const channel = record?.channels[name];
  if (record === undefined || channel?.pin === undefined) return;
  const { pin, ...rest } = channel;
  await run.save({ ...record, channels: { ...record.channels, [name]: rest } });
  const moved = because === 'commit' ? 'a commit changed its inputs' : 'its base moved';
  run.deps.log.info('pin released', { image, channel: name, by: pin.by, reason: moved });
}

import type { LocalBakery } from '../bakery/local-bakery';
import { createObserver } from '../bakery/observer';
import type { StepOutcome } from './tour';

/** A line of the table at the end. */
export interface ReportedImage {
  account: string;
  image: string;
  architecture: string;
  channel: string;
  amiId: string | null;
  /** Since its AMI was baked, by the local bakery's clock. */
  ageSeconds: number | null;
  decision: string;
  reason: string;
}

/** `npm start -- --json` prints it. */
export interface TourReport {
  /** Every step held. */
  ok: boolean;
  packer: { kind: 'real' | 'stand-in'; version: string };
  steps: Pick<StepOutcome, 'id' | 'ok' | 'seconds' | 'detail'>[];
  images: ReportedImage[];
}

/** Every image of every account, and every mirrored channel, as they are now. */
export async function reportImages(bakery: LocalBakery): Promise<ReportedImage[]> {
  const look = createObserver(bakery);
  const nowMs = bakery.clock.now();
  const age = (bakedAtMs: number | undefined) =>
    bakedAtMs === undefined ? null : Math.max(0, Math.round((nowMs - bakedAtMs) / 1000));
  const lists = await Promise.all(
    bakery.deployments.map(async ({ settings: { account, region } }): Promise<ReportedImage[]> => {
      const { images, mirrors } = await look.report(account);
      const ledger = await look.ledger(account);
      return [
        ...images.map(({ image, channel, amiId, bakedAtMs, decision, reason }) => ({
          account,
          ...split(image),
          channel,
          amiId: amiId ?? null,
          ageSeconds: age(bakedAtMs),
          decision,
          reason,
        })),
        ...mirrors.map(({ name, amiId, status, reason }) => {
          const [path = '', channel = ''] = name.split('@');
          const current = ledger.mirrors.get(name)?.state.current;
          return {
            account,
            ...split(path.slice(path.indexOf('/') + 1)),
            channel,
            amiId: amiId ?? current?.amis[region] ?? null,
            ageSeconds: age(current?.bakedAtMs),
            decision: status,
            reason,
          };
        }),
      ];
    }),
  );
  return lists.flat();
}

function split(path: string): { image: string; architecture: string } {
  const slash = path.lastIndexOf('/');
  return { image: path.slice(0, slash), architecture: path.slice(slash + 1) };
}

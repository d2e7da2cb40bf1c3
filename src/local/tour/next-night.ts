import { minuteMs } from '../../lib/definitions/instant';
import { nextFire } from '../../lib/definitions/schedule';
import type { SeenImage } from './looks';
import type { Tour } from './step';

export interface Night {
  fireMs: number;
  /** Images whose schedule fired then. */
  due: SeenImage[];
  /** `2026-11-23 02:00 UTC` */
  when: string;
}

/** The first time at which a schedule fires; what fires later in the same night is due with the ticks that follow it. */
export function nextNight({ bakery }: Tour, images: readonly SeenImage[]): Night | undefined {
  const nowMs = bakery.clock.now();
  const fireOf = ({ definition: { rebake } }: SeenImage) =>
    rebake === undefined ? undefined : nextFire(rebake, nowMs);
  const fires = images.flatMap((image) => fireOf(image) ?? []);
  if (fires.length === 0) return undefined;
  const fireMs = Math.min(...fires);
  return {
    fireMs,
    due: images.filter((image) => fireOf(image) === fireMs),
    when: `${new Date(fireMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
  };
}

/** The clock passes it, and the next tick finds what is due. */
export async function pass({ bakery }: Tour, { fireMs }: Night): Promise<void> {
  await bakery.aws.scheduler.pass(fireMs + minuteMs - bakery.clock.now());
  bakery.tick();
  await bakery.settle();
}

/** The vendor brings out a package that every image has. */
export function vendorUpdate({ bakery }: Tour, { fireMs }: Night): string {
  const version = `0:6.12.${new Date(fireMs).toISOString().slice(2, 10).replaceAll('-', '')}-1.amzn2023.x86_64`;
  bakery.bench.packages.publish('kernel', version);
  return `kernel ${version}`;
}

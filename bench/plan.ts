import type { ImageDefinition } from '../src/lib/definitions/catalog';
import { plan } from '../src/lib/planning/plan';
import type { Snapshot } from '../src/lib/planning/snapshot';
import { baseMoved, image, on, pushed, settled, snapshotOf, ssm } from '../test/planning/snapshot-builder';

const sizes = ['100', '1000', '10000'] as const;
type Size = (typeof sizes)[number];
const warmUps = 15;
const rounds = 41;
/** More than the caches of one core and what its address translation remembers. */
const elsewhereBytes = 256 * 1024 * 1024;
const cacheLineBytes = 64;

/**
 * A company's catalog: one image in ten stands on an AMI from outside, the others are up to four levels above it; a few
 * schedules and sharing policies, each written out at every image as the ledger returns them.
 */
export function catalogOf(size: number): ImageDefinition[] {
  const images: ImageDefinition[] = [];
  for (let index = 0; index < size; index++) {
    const level = index % 10 === 0 ? 0 : 1 + (index % 4);
    const name = `team-${index % 37}-image-${index}-level-${level}`;
    const below = images.findLast((_, at) => at >= images.length - 10 && levelOf(images[at]!) === level - 1);
    const base = below === undefined ? ssm(`/base/${index % 50}`) : on(below.key);
    images.push(
      image(name, {
        base,
        architecture: 'arm64',
        variables: { version: `${index % 9}.1` },
        tags: { CostCenter: String(4000 + (index % 37)), Team: `team-${index % 37}`, Stage: 'prod' },
        ...(below === undefined
          ? { rebake: { cron: `${index % 60} 2 * * *`, timezone: 'Europe/London', publish: 'if-changed' } }
          : {}),
      }),
    );
  }
  return images;
}

const levelOf = ({ name }: ImageDefinition): number => Number(name.slice(name.lastIndexOf('-') + 1));

/**
 * All records present. Usual: 1% of the inputs pushed, one base moved. As read from the ledger: parsed from JSON, so that
 * no two parts of it share a string.
 */
export function worldOf(size: number, state: 'settled' | 'usual' | 'all-due'): Snapshot {
  return JSON.parse(JSON.stringify(made(size, state))) as Snapshot;
}

function made(size: number, state: 'settled' | 'usual' | 'all-due'): Snapshot {
  const calm = settled(snapshotOf(catalogOf(size)));
  const keys = Object.keys(calm.records);
  if (state === 'settled') return calm;
  if (state === 'all-due') return pushed(calm, keys);
  const some = keys.filter((_, index) => index % 100 === 7);
  return baseMoved(pushed(calm, some), ssm('/base/0'), 'ami-0123456789abcdef0');
}

/** Median of planning a catalog of 100, 1,000 and 10,000 images in its usual state, in milliseconds. */
export function benchPlan(): Record<Size, { medianMs: number }> {
  return Object.fromEntries(
    sizes.map((size) => [size, { medianMs: medianPlanMs(worldOf(Number(size), 'usual')) }]),
  ) as Record<Size, { medianMs: number }>;
}

/**
 * Each round plans on a snapshot that was never planned on before, as a reconcile does on what it has read: nothing is
 * warm but the code. A small snapshot would still lie in the caches from having been parsed, a large one cannot: what
 * lies there is driven out before each round, so that all sizes are measured alike.
 */
export function medianPlanMs(snapshot: Snapshot): number {
  const text = JSON.stringify(snapshot);
  const elsewhere = new Float64Array(elsewhereBytes / Float64Array.BYTES_PER_ELEMENT);
  const times: number[] = [];
  for (let round = -warmUps; round < rounds; round++) {
    const fresh = JSON.parse(text) as Snapshot;
    lookElsewhere(elsewhere);
    const startMs = performance.now();
    plan(fresh);
    if (round >= 0) times.push(performance.now() - startMs);
  }
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)]!;
}

/** Writes to each cache line: a loop that only reads is optimized away. */
function lookElsewhere(memory: Float64Array): void {
  const step = cacheLineBytes / Float64Array.BYTES_PER_ELEMENT;
  for (let at = 0; at < memory.length; at += step) memory[at] = memory[at]! + 1;
}

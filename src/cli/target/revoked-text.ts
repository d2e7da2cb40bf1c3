import type { RevokedReport } from '../../lib/reconcile/report';
import { time } from '../terminal/age';

/** `bake b-… at 2026-11-22 12:03 UTC by alice: why`, and what it was built on where that is what was revoked. */
export function revokedText({ bakeId, by, why, atMs, through }: RevokedReport): string {
  const said = `at ${time(atMs)} by ${by}: ${why}`;
  if (through === undefined) return `bake ${bakeId} ${said}`;
  const [, ...name] = through.image.split('/');
  return `bake ${bakeId}, with bake ${through.bakeId} of ${name.join('/')} ${said}`;
}

import type { Bake } from '../../src/lib/lifecycle/bake';
import type { Notice } from '../../src/lib/lifecycle/image-record';

export const atMs = Date.parse('2026-11-21T02:41:00Z');
export const commitId = '4c1f9e0d7b6a58293847566574839201a0b1c2d3';

/** A notice whole, as the person who is woken by it reads it: its id (told once), code, subject and text. */
export const mail = ({ id, code, target, subject, text, atMs: at }: Notice): string => {
  expect(at).toBe(atMs);
  return `id ${id}, code ${code}, to ${target ?? 'everybody'}\n${subject}\n\n${text}\n`;
};

export const bake = {
  id: 'b-1',
  image: 'web/arm64',
  commitId,
  cause: { code: 'inputs-changed', text: 'commit 4c1f9e0d changed web' },
  buildId: 'bakery-build:1',
} as unknown as Bake;

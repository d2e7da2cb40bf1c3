import { distance } from 'fastest-levenshtein';

const longest = 100;

/** The candidate that was probably meant: few edits away for its length. Undefined where nothing is near. */
export function nearMiss(wrong: string, candidates: Iterable<string>): string | undefined {
  if (wrong.length === 0 || wrong.length > longest) return undefined;
  const folded = wrong.toLowerCase();
  const allowed = Math.max(1, Math.min(4, Math.floor(wrong.length / 3)));
  let best: string | undefined;
  let bestDistance = allowed + 1;
  for (const candidate of candidates) {
    if (candidate === wrong || Math.abs(candidate.length - wrong.length) >= bestDistance) continue;
    const edits = distance(folded, candidate.toLowerCase());
    if (edits < bestDistance) [best, bestDistance] = [candidate, edits];
  }
  return best;
}

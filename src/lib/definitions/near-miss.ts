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
  return best ?? beginning(folded, candidates);
}

/** `arm` for arm64, where only one candidate begins like that. */
function beginning(wrong: string, candidates: Iterable<string>): string | undefined {
  if (wrong.length < 3) return undefined;
  const found = [...candidates].filter((candidate) => candidate.toLowerCase().startsWith(wrong));
  return found.length === 1 && found[0]?.toLowerCase() !== wrong ? found[0] : undefined;
}

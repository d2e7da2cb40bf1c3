import { canonicalJson } from '../../lib/definitions/canonical-json';
import type { ImageDefinition, ImageKey } from '../../lib/definitions/catalog';
import { baseId } from '../../lib/definitions/names';
import type { Decision } from '../../lib/planning/decision';
import { explainReason } from '../../lib/planning/explain';

/** What surrounds a decision, for its sentence. */
interface Context {
  definition: ImageDefinition;
  /** As it was before the push. */
  former: ImageDefinition | undefined;
  waitsFor: ImageKey | undefined;
  baseDecision: Decision['kind'] | undefined;
  /** Of its inputs. */
  changedFiles: readonly string[];
}

/** The planner's own sentence, except where it would name an AMI or a bake that is only imagined. */
export function sentence(decision: Decision, context: Context): string {
  const { reason } = decision;
  switch (reason.code) {
    case 'up-to-date':
    case 'up-to-date-own-base':
      return 'nothing that it is made of changed';
    case 'first-bake':
      return context.former === undefined ? 'it is new' : explainReason(reason);
    case 'same-inputs':
      return decision.kind === 'reuse'
        ? `it is what it was at commit ${short(decision.bake.commitId)}: that AMI is published again if it still exists, else baked`
        : '';
    case 'inputs-changed':
      return context.changedFiles.length === 0
        ? explainReason(reason)
        : `commit ${short(reason.commitId)} changed ${list(context.changedFiles, 'files')}`;
    case 'definition-changed':
      return `commit ${short(reason.commitId)} changed its definition in bakery.yml${changedFields(context)}`;
    case 'base-moved':
      return baseMoved(context);
    default:
      return explainReason(reason);
  }
}

function baseMoved({ definition, former, waitsFor, baseDecision }: Context): string {
  const now = baseId(definition.base);
  if (former !== undefined && baseId(former.base) !== now)
    return `bakery.yml now builds it on ${now} instead of ${baseId(former.base)}`;
  if (waitsFor === undefined) return `its base ${now} moves`;
  return `its base ${waitsFor} is ${baseDecision === 'reuse' ? 'published again' : 'baked'} first`;
}

/** Fields that count as content; inputs are told by their files. */
const contentFields = ['template', 'variables', 'only', 'builderEpoch', 'inputs', 'base'] as const;

function changedFields({ definition, former }: Context): string {
  if (former === undefined) return '';
  const changed = contentFields.filter(
    (field) => canonicalJson(definition[field]) !== canonicalJson(former[field]),
  );
  return changed.length === 0 ? '' : ` (${changed.join(', ')})`;
}

export const short = (commitId: string): string => commitId.slice(0, 8);

const shownAtMost = 4;

/** `a, b, c, d and 3 more files`. */
export const list = (values: readonly string[], what: string): string =>
  values.length <= shownAtMost
    ? values.join(', ')
    : `${values.slice(0, shownAtMost).join(', ')} and ${values.length - shownAtMost} more ${what}`;

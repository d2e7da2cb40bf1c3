import type { Base, ImageDefinition, ImageKey } from '../../lib/definitions/catalog';
import { baseId, imageKey, splitImageKey } from '../../lib/definitions/names';
import type { Problem } from '../../lib/definitions/problem';
import type { CatalogInForce } from '../../lib/planning/snapshot';
import type { Foreseen } from './forecast';
import { sentence } from './sentence';

/** What `bakery plan --json` prints; docs/cli.md describes it. */
export type PushPlan = ValidPlan | RefusedPlan;

interface Range {
  format: 'ami-bakery/plan/1';
  /** In force before the push; null: nothing is. */
  from: string | null;
  to: string;
}

export interface ValidPlan extends Range {
  valid: true;
  warnings: Problem[];
  /** In the order of their steps; those that nothing is done with last. */
  images: PlannedImage[];
  /** Files that differ between the two commits and are no input of any image. */
  otherFiles: string[];
  /** What has to hold for the plan to come true. */
  assumptions: string[];
}

/** bakery.yml is not valid at `to`: `from` stays in force, and nothing is baked. */
export interface RefusedPlan extends Range {
  valid: false;
  problems: Problem[];
}

export interface PlannedImage {
  image: ImageKey;
  decision: 'bake' | 'reuse' | 'amend' | 'current' | 'wait' | 'blocked' | 'removed';
  /** 1-based; what has the same number goes on side by side. null: nothing is done. */
  step: number | null;
  reasonCode: string;
  /** A sentence without a full stop. */
  reason: string;
  /** Base image that is dealt with before. */
  waitsFor: ImageKey | null;
  /** null: the image left bakery.yml. */
  base: PlannedBase | null;
  /** Files that differ between the two commits and are inputs of the image. */
  changedFiles: string[];
  /** With `reuse`: the commit whose bake is published again. */
  reusedFrom: string | null;
}

export interface PlannedBase {
  /** As in bakery.yml, `{arch}` replaced. */
  text: string;
  /** Which AMI that is can only be told when the push is there. */
  knownAtRunTime: boolean;
}

export interface Forecasted {
  to: CatalogInForce;
  before: CatalogInForce | undefined;
  foreseen: readonly Foreseen[];
  /** From the folder of bakery.yml. */
  changedFiles: readonly string[];
}

/** The forecast as people and programs read it. */
export function describeImages(made: Forecasted): PlannedImage[] {
  const { to, before, foreseen, changedFiles } = made;
  const definitions = new Map(to.catalog.images.map((image) => [image.key, image]));
  const old = new Map(before?.catalog.images.map((image) => [image.key, image]));
  const steps = new Map(foreseen.map(({ image, step }) => [image, step]));
  const taken = new Set(to.catalog.images.flatMap((image) => formerKey(image) ?? []));
  const images = foreseen.flatMap((one): PlannedImage[] => {
    const definition = definitions.get(one.image);
    // A renamed image is told under its new name.
    if (definition === undefined) return taken.has(one.image) ? [] : [removed(one)];
    const { decision, step } = one;
    const former = old.get(one.image) ?? old.get(formerKey(definition) ?? one.image);
    const base = definition.base.kind === 'image' ? definition.base.image : undefined;
    const baseStep = base === undefined ? undefined : steps.get(base);
    const ownFiles = changedFiles.filter((file) => isInput(definition, file));
    const waitsFor = baseStep !== undefined && step !== undefined && baseStep < step ? base : undefined;
    return [
      {
        image: one.image,
        decision: decision.kind,
        step: step ?? null,
        reasonCode: decision.reason.code,
        reason: sentence(decision, {
          definition,
          former,
          waitsFor,
          changedFiles: ownFiles,
          baseDecision: foreseen.find(({ image }) => image === base)?.decision.kind,
        }),
        waitsFor: waitsFor ?? null,
        base: plannedBase(definition.base),
        changedFiles: ownFiles,
        reusedFrom: decision.kind === 'reuse' ? decision.bake.commitId : null,
      },
    ];
  });
  return images.sort((a, b) => (a.step ?? Infinity) - (b.step ?? Infinity) || 0);
}

/** Files that nothing is made of. */
export const otherFiles = ({ catalog }: CatalogInForce, changedFiles: readonly string[]): string[] =>
  changedFiles.filter((file) => !catalog.images.some((image) => isInput(image, file)));

function isInput({ template, inputs }: ImageDefinition, file: string): boolean {
  return [template.path, ...inputs].some(
    (input) => input === '' || file === input || file.startsWith(`${input}/`),
  );
}

function formerKey({ was, architecture }: ImageDefinition): ImageKey | undefined {
  return was === undefined ? undefined : imageKey(was, architecture);
}

function removed({ image }: Foreseen): PlannedImage {
  return {
    image,
    decision: 'removed',
    step: null,
    reasonCode: 'removed',
    reason: `${splitImageKey(image).name} is no longer in bakery.yml; its AMIs and parameters stay`,
    waitsFor: null,
    base: null,
    changedFiles: [],
    reusedFrom: null,
  };
}

const plannedBase = (base: Base): PlannedBase => ({
  text: baseId(base),
  knownAtRunTime: base.kind !== 'image' && base.kind !== 'ami',
});

import type { DefaultsText, ImageText } from './bakery-schema';
import type { WrittenBase } from './base-text';
import { readBase, sameForAll } from './base-text';
import type { ImageDefinition } from './catalog';
import type { MergedImage } from './expand';
import { mergeDefaults } from './expand';
import { checkDefaultKey } from './default-key-check';
import type { DocumentPath, Finding } from './finding';
import { show } from './finding';
import { nearMiss } from './near-miss';
import { repoPath, templateKind } from './repo-path';
import { checkSchedule } from './schedule-check';
import { checkWindow } from './window-check';

/** What checking one image needs to know of the bakery around it. */
export interface Surroundings {
  bakery: string;
  /** Bakeries that are followed; undefined: not known, not checked. */
  upstreams?: readonly string[];
  /** `image:NAME@CHANNEL` if a parameter is one of this bakery's own, 'own' if it only looks so. */
  ownParameter(path: string): string | undefined;
}

/** One image, checked by itself: what could be read of it, without what others have to say. */
export interface CheckedImage {
  name: string;
  text: ImageText;
  merged: MergedImage;
  base?: WrittenBase;
  template?: ImageDefinition['template'];
  inputs: string[];
  path: DocumentPath;
}

/** Variables that say which bake this is: an author who sets them would break adoption. */
const reservedVariables = ['ami_name', 'bake_id', 'source_ami', 'tags'];

export function checkImage(
  name: string,
  text: ImageText,
  defaults: DefaultsText,
  around: Surroundings,
): { image: CheckedImage; findings: Finding[] } {
  const path = ['images', name];
  const findings: Finding[] = [];
  const base = checkBase(text, [...path, 'base'], around, findings);
  const merged = mergeDefaults(name, text, defaults, base);
  const template = checkTemplate(text, path, findings);
  const inputs = checkPaths(text, path, findings);
  findings.push(
    ...duplicates(text, path),
    ...checkRebake(text, merged, defaults, path),
    ...checkVariables(text.variables, [...path, 'variables']),
    ...checkWindow(text.window, [...path, 'window']),
    ...checkInstanceTypes(merged, text.builder?.instanceType === undefined ? ['defaults'] : path),
    ...checkDefaultKey(merged, text.distribution?.regions === undefined ? ['defaults'] : path),
  );
  if (base !== undefined && sameForAll(base) && merged.architectures.length > 1)
    findings.push({
      code: 'ARCHITECTURE_NOT_IN_BASE',
      path: [...path, 'base'],
      message: `The base ${show(text.base)} is one AMI, and ${name} is made for ${merged.architectures.join(' and ')}.`,
      fix: 'Put {arch} into its path, or make one image for each architecture.',
    });
  return { image: { name, text, merged, base, template, inputs, path }, findings };
}

/** What can be wrong with `defaults` whatever the images say. */
export function checkDefaults(defaults: DefaultsText): Finding[] {
  const path = ['defaults'];
  const { rebake } = defaults;
  const schedule = typeof rebake === 'object' ? { timezone: 'UTC', ...rebake } : undefined;
  return [
    ...duplicates(defaults, path),
    ...checkVariables(defaults.variables, [...path, 'variables']),
    ...checkWindow(defaults.window, [...path, 'window']),
    ...(schedule?.cron === undefined
      ? []
      : scheduleFindings({ ...schedule, cron: schedule.cron }, [...path, 'rebake'])),
  ];
}

function checkBase(
  text: ImageText,
  path: DocumentPath,
  around: Surroundings,
  findings: Finding[],
): WrittenBase | undefined {
  if (text.base === undefined) return undefined;
  const base = readBase(text.base);
  if (Array.isArray(base)) {
    findings.push(...base.map((fault): Finding => ({ ...fault, path })));
    return undefined;
  }
  if (base.kind === 'ssm') {
    const own = around.ownParameter(base.path);
    if (own !== undefined)
      findings.push({
        code: 'BASE_OWN_PREFIX',
        path,
        message: `The base ${show(text.base)} is a parameter of this bakery.`,
        fix: 'Use image:NAME@CHANNEL, so that the bakery knows what depends on what.',
        suggest: () => (own === 'own' ? undefined : own),
      });
  }
  if (base.kind === 'upstream') {
    if (base.bakery === around.bakery)
      findings.push({
        code: 'BAD_BASE',
        path,
        message: `The base ${show(text.base)} is of this bakery itself.`,
        fix: 'Use image:NAME@CHANNEL.',
        suggest: () => `image:${base.name}${base.channel === undefined ? '' : `@${base.channel}`}`,
      });
    else if (around.upstreams !== undefined && !around.upstreams.includes(base.bakery))
      findings.push({
        code: 'UNKNOWN_UPSTREAM',
        path,
        message: `The bakery ${show(base.bakery)} of the base ${show(text.base)} is not followed.`,
        fix: 'Add it to the upstreams in the settings of this deployment, or correct its name.',
        suggest: () => nearMiss(base.bakery, around.upstreams ?? []),
      });
  }
  return base;
}

function checkTemplate(text: ImageText, image: DocumentPath, findings: Finding[]): CheckedImage['template'] {
  if (text.template === undefined) return undefined;
  const kind = templateKind(text.template);
  const path = repoPath(text.template);
  if (path === undefined) findings.push(badPath(text.template, [...image, 'template']));
  else if (kind === undefined)
    findings.push({
      code: 'BAD_TEMPLATE',
      path: [...image, 'template'],
      message: `Packer does not read ${show(text.template)} as a template.`,
      fix: 'Name a folder (web/), a file that ends in .pkr.hcl or .pkr.json, or a classic template that ends in .json.',
      suggest: () =>
        text.template?.endsWith('.hcl') ? text.template.replace(/\.hcl$/, '.pkr.hcl') : undefined,
    });
  return path === undefined || kind === undefined ? undefined : { path, kind };
}

function checkPaths(text: ImageText, image: DocumentPath, findings: Finding[]): string[] {
  if (text.test !== undefined && repoPath(text.test) === undefined)
    findings.push(badPath(text.test, [...image, 'test']));
  return (text.inputs ?? []).flatMap((written, index) => {
    const path = repoPath(written);
    if (path === undefined) findings.push(badPath(written, [...image, 'inputs', index]));
    return path === undefined ? [] : [path];
  });
}

const badPath = (written: string, path: DocumentPath): Finding => ({
  code: 'BAD_PATH',
  path,
  message: `The path ${show(written)} is not one inside the folder of bakery.yml.`,
  fix: 'Write it relative to that folder, with / between names and without .., // or spaces at their ends.',
});

function duplicates(text: ImageText, path: DocumentPath): Finding[] {
  return (['architectures', 'channels', 'inputs', 'only'] as const).flatMap((field) => {
    const list: readonly string[] = text[field] ?? [];
    const seen = new Set<string>();
    return list.flatMap((value, index): Finding[] => {
      const same = field === 'inputs' ? (repoPath(value) ?? value) : value;
      if (!seen.has(same)) {
        seen.add(same);
        return [];
      }
      return [
        {
          code: 'DUPLICATE',
          path: [...path, field, index],
          message: `${show(value)} stands twice in ${field}.`,
          fix: 'Remove one of the two.',
        },
      ];
    });
  });
}

function checkRebake(
  text: ImageText,
  merged: MergedImage,
  defaults: DefaultsText,
  image: DocumentPath,
): Finding[] {
  if (typeof text.rebake !== 'object') return missingCron(defaults, merged, text);
  const path = [...image, 'rebake'];
  if (merged.rebake === undefined)
    return [
      {
        code: 'MISSING_FIELD',
        path: [...path, 'cron'],
        message: `The schedule of ${merged.name} has no cron expression.`,
        fix: 'Add cron: "0 2 * * *", here or under defaults.',
      },
    ];
  return scheduleFindings(merged.rebake, path);
}

/** A schedule under `defaults` without a cron is told at the first image that would have used it. */
function missingCron(defaults: DefaultsText, merged: MergedImage, text: ImageText): Finding[] {
  const incomplete = typeof defaults.rebake === 'object' && defaults.rebake.cron === undefined;
  if (!incomplete || text.rebake === false || merged.rebake !== undefined) return [];
  return [
    {
      code: 'MISSING_FIELD',
      path: ['defaults', 'rebake', 'cron'],
      message: `The schedule under defaults, which holds for ${merged.name}, has no cron expression.`,
      fix: 'Add cron: "0 2 * * *".',
    },
  ];
}

const scheduleFindings = (schedule: { cron: string; timezone: string }, path: DocumentPath): Finding[] =>
  checkSchedule(schedule).map(({ field, ...fault }) => ({ ...fault, path: [...path, field] }));

function checkVariables(variables: Record<string, string> | undefined, path: DocumentPath): Finding[] {
  return reservedVariables
    .filter((name) => variables !== undefined && Object.hasOwn(variables, name))
    .map((name) => ({
      code: 'RESERVED_VARIABLE',
      path: [...path, name],
      part: 'key',
      message: `The variable ${show(name)} is given to the template by the bakery.`,
      fix: 'Use another name; base: says what an image is built on, tags: what it is tagged with.',
    }));
}

function checkInstanceTypes(merged: MergedImage, holder: DocumentPath): Finding[] {
  const { instanceType } = merged.builder;
  return merged.architectures.flatMap((architecture): Finding[] => {
    const type = typeof instanceType === 'string' ? instanceType : instanceType?.[architecture];
    if (type === undefined || instanceArchitecture(type) === architecture) return [];
    const path = [...holder, 'builder', 'instanceType'];
    return [
      {
        code: 'INSTANCE_ARCHITECTURE',
        path: typeof instanceType === 'string' ? path : [...path, architecture],
        message: `The instance type ${show(type)} is not of the architecture ${architecture} that ${merged.name} is made for.`,
        fix: 'Write one instance type for each architecture: { x86_64: m7i.large, arm64: m7g.large }.',
      },
    ];
  });
}

/** Graviton families have a g right after their generation (EC2 User Guide, "Instance type naming conventions"). */
const instanceArchitecture = (type: string) =>
  /^(a1|[a-z]+[0-9]+g[a-z0-9-]*)\./.test(type) ? 'arm64' : 'x86_64';

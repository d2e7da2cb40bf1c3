import type { Catalog, ImageDefinition } from './catalog';
import type { CommitView } from './commit-view';
import type { DocumentPath, Finding, Locate } from './finding';
import { show, toProblems } from './finding';
import { nearMiss } from './near-miss';
import type { Problem } from './problem';
import { checkTestFolder } from './test-folder';
import { builderNames, onlyMatches } from './template-builders';

export { contentDigest, contentDigests } from './content-digest';
export { testIds } from './test-folder';
export { inputIds, pathsToList, pathsToRead } from './inputs';

const nowhere: Locate = () => ({ line: 0, column: 0 });

/**
 * What only the commit can tell of a valid bakery.yml: whether templates and inputs are there and of the right kind, and
 * whether the templates have the builders that `only` names. Needs the listings and texts of `pathsToList` and
 * `pathsToRead`.
 */
export function checkCommit(read: { catalog?: Catalog; locate?: Locate }, view: CommitView): Problem[] {
  const seen = new Set<string>();
  const findings = (read.catalog?.images ?? []).flatMap((image) => {
    // Architectures of an image share their paths: what is wrong is told once.
    if (seen.has(image.name)) return [];
    seen.add(image.name);
    return checkOne(image, view);
  });
  return toProblems(findings, read.locate ?? nowhere);
}

function checkOne(image: ImageDefinition, view: CommitView): Finding[] {
  const path = ['images', image.name];
  const findings = checkTemplate(image, view, [...path, 'template']);
  for (const [index, input] of image.inputs.entries()) {
    const at = [...path, 'inputs', index];
    const entry = view.entry(input);
    if (entry === undefined)
      findings.push({
        code: 'INPUT_MISSING',
        path: at,
        message: `The input ${show(input)} of ${image.name} is not in the commit.`,
        fix: 'Commit it, correct the path, or remove it.',
      });
    else if (entry.kind === 'symlink' || entry.kind === 'submodule')
      findings.push(notPlain(input, entry.kind, at));
  }
  if (findings.length === 0) findings.push(...checkText(image, view, path));
  findings.push(...checkTestFolder(image, view, [...path, 'test']));
  return findings;
}

function checkTemplate({ name, template }: ImageDefinition, view: CommitView, at: DocumentPath): Finding[] {
  const entry = view.entry(template.path);
  if (entry === undefined)
    return [
      {
        code: 'TEMPLATE_MISSING',
        path: at,
        message: `The template ${show(template.path)} of ${name} is not in the commit.`,
        fix: 'Commit it, or correct the path.',
        suggest: () =>
          ['.pkr.hcl', '.json']
            .map((end) => template.path + end)
            .find((path) => view.entry(path)?.kind === 'file'),
      },
    ];
  if (entry.kind === 'symlink' || entry.kind === 'submodule')
    return [notPlain(template.path, entry.kind, at)];
  const wanted = template.kind === 'hcl-folder' ? 'folder' : 'file';
  if (entry.kind === wanted) return [];
  return [
    {
      code: 'TEMPLATE_WRONG_KIND',
      path: at,
      message: `The template ${show(template.path)} of ${name} is a ${entry.kind} in the commit, not a ${wanted}.`,
      fix:
        wanted === 'folder'
          ? 'Name a folder, or a file that ends in .pkr.hcl, .pkr.json or .json.'
          : 'Write a slash at the end of a folder.',
      ...(wanted === 'file' ? { suggest: () => `${template.path}/` } : {}),
    },
  ];
}

function checkText(image: ImageDefinition, view: CommitView, path: DocumentPath): Finding[] {
  const { template, only, name } = image;
  const text = view.text(template.path);
  if (text === undefined) return [];
  const builders = builderNames(template.kind, text);
  if (builders === undefined) {
    if (template.kind !== 'json') return [];
    return [
      {
        code: 'TEMPLATE_UNREADABLE',
        path: [...path, 'template'],
        message: `The template ${show(template.path)} of ${name} is not JSON with a list of builders.`,
        fix: 'Correct the template; HCL2 in JSON is called .pkr.json.',
      },
    ];
  }
  return only.flatMap((wanted, index): Finding[] =>
    onlyMatches(wanted, template.kind, builders)
      ? []
      : [
          {
            code: 'ONLY_UNKNOWN',
            path: [...path, 'only', index],
            message: `The template ${show(template.path)} of ${name} has no builder ${show(wanted)}; it has ${builders.slice(0, 10).join(', ')}.`,
            fix: 'Name one of its builders, or none for all.',
            suggest: () => nearMiss(wanted, builders),
          },
        ],
  );
}

const notPlain = (path: string, kind: string, at: DocumentPath): Finding => ({
  code: 'NOT_A_PLAIN_INPUT',
  path: at,
  message: `${show(path)} is a ${kind} in the commit.`,
  fix: 'Use a file or folder of the image repo itself: its git id is what tells that it changed.',
});

import { shown } from './settings-error';
import type { SettingsProblem } from './settings-error';

/** Rules between fields. They look at what was written, so that they speak even where single fields are wrong. */
export function checkBetweenFields(written: Record<string, unknown>): SettingsProblem[] {
  return written['role'] === 'consumer' ? checkConsumer(written) : checkBakery(written);
}

function checkBakery(written: Record<string, unknown>): SettingsProblem[] {
  return [
    ...['repo', 'buildProject', 'topicArn'].flatMap((field) =>
      written[field] === undefined
        ? [missing(field, 'A deployment with role bakery needs it.', 'Set it, or set role to consumer.')]
        : [],
    ),
    ...(listAt(written, 'mirrors').length > 0
      ? [
          {
            path: 'mirrors',
            value: shown(written['mirrors']),
            problem: 'only a deployment with role consumer mirrors channels',
            fix: 'Remove it, or set role to consumer.',
          },
        ]
      : []),
    ...checkUpstreams(written),
  ];
}

function checkConsumer(written: Record<string, unknown>): SettingsProblem[] {
  const followed = new Set(listAt(written, 'upstreams').map((upstream) => upstream['bakery']));
  return [
    ...['upstreams', 'mirrors'].flatMap((field) =>
      listAt(written, field).length === 0
        ? [missing(field, 'A deployment with role consumer needs at least one.', 'Add one.')]
        : [],
    ),
    ...listAt(written, 'mirrors').flatMap((mirror, index) =>
      followed.has(mirror['bakery'])
        ? []
        : [
            {
              path: `mirrors.${index}.bakery`,
              value: shown(mirror['bakery']),
              problem: 'is not one of the upstreams',
              fix: `Name one of them (${namesOf(followed) || 'there are none'}), or add it to upstreams.`,
            },
          ],
    ),
    ...checkMirroredOnce(written),
    ...checkUpstreams(written),
  ];
}

/** Two mirrors of one parameter would overwrite each other for ever. */
function checkMirroredOnce(written: Record<string, unknown>): SettingsProblem[] {
  const seen = new Set<string>();
  return listAt(written, 'mirrors').flatMap((mirror, index) => {
    const { image, architecture, channel = 'stable', parameter } = mirror;
    const place = JSON.stringify(parameter ?? [image, architecture, channel]);
    if (!seen.has(place)) {
      seen.add(place);
      return [];
    }
    return [
      {
        path: `mirrors.${index}.${parameter === undefined ? 'image' : 'parameter'}`,
        value: shown(parameter ?? image),
        problem: 'is kept in the same parameter as an earlier mirror',
        fix: 'Give one of them a `parameter` of its own, or leave one out.',
      },
    ];
  });
}

function checkUpstreams(written: Record<string, unknown>): SettingsProblem[] {
  const seen = new Set<unknown>();
  return listAt(written, 'upstreams').flatMap((upstream, index) => {
    const problems: SettingsProblem[] = [];
    const { bakery, account, topicArn } = upstream;
    if (bakery !== undefined && seen.has(bakery))
      problems.push({
        path: `upstreams.${index}.bakery`,
        value: shown(bakery),
        problem: 'is there twice',
        fix: 'Follow each bakery once.',
      });
    seen.add(bakery);
    if (bakery !== undefined && bakery === written['bakery'])
      problems.push({
        path: `upstreams.${index}.bakery`,
        value: shown(bakery),
        problem: 'is this bakery itself',
        fix: 'Name another bakery; images of this one are `image:NAME` in bakery.yml.',
      });
    if (typeof topicArn === 'string' && topicArn.split(':')[4] !== account)
      problems.push({
        path: `upstreams.${index}.topicArn`,
        value: shown(topicArn),
        problem: `is not a topic of account ${typeof account === 'string' ? account : '(none)'}`,
        fix: 'Write account and topic of the same bakery.',
      });
    return problems;
  });
}

const missing = (path: string, problem: string, fix: string): SettingsProblem => ({
  path,
  value: undefined,
  problem: `is missing: ${problem.replace(/\.$/, '')}`,
  fix,
});

/** The first ones, for a sentence. */
const namesOf = (values: ReadonlySet<unknown>): string =>
  [...values]
    .filter((value) => typeof value === 'string')
    .slice(0, 10)
    .join(', ');

const listAt = (written: Record<string, unknown>, field: string): Record<string, unknown>[] => {
  const value = written[field];
  return Array.isArray(value) ? value.filter((it) => typeof it === 'object' && it !== null) : [];
};

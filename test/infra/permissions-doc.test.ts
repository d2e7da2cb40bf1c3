import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bakeActions } from '../../infra/bake-actions';
import { containerActions, containerStartActions } from '../../infra/container-actions';
import { iamActions } from '../../infra/iam-actions';
import { testActions } from '../../infra/test-actions';

const doc = readFileSync(join(import.meta.dirname, '../../docs/permissions.md'), 'utf8');

test('docs/permissions.md says why of every action that a role may have', () => {
  const actions = [
    ...Object.values(iamActions).flatMap((needs) => needs.map(({ action }) => action)),
    ...[bakeActions, testActions, containerActions, containerStartActions].flatMap((grants) =>
      grants.flatMap(({ actions }) => actions),
    ),
  ];
  expect([...new Set(actions)].filter((action) => !doc.includes(`\`${action}\``))).toEqual([]);
});

test('what a bake may not do is not among what it may', () => {
  const [, leftOut = ''] = /Left out of Packer's own list on purpose: ([^.]+)\./.exec(doc) ?? [];
  const names: string[] = leftOut.match(/ec2:\w+/g) ?? [];
  expect(names).toHaveLength(9);
  expect(bakeActions.flatMap(({ actions }) => actions).filter((action) => names.includes(action))).toEqual(
    [],
  );
});

import { readBakeryYml } from '../../src/lib/definitions/bakery-yml';

const options = { bakery: 'platform', parameterPrefix: '/bakery/' };
const share = 'share: { accounts: ["222222222222"] }';
const image = (distribution: string) =>
  `  web: { base: ssm:/aws/service/x, template: web/, distribution: { ${distribution} } }`;

const problemsOf = (text: string): string[] =>
  readBakeryYml(text, options)
    .problems.filter(({ code }) => code === 'DEFAULT_KEY_SHARED')
    .map(({ line, column }) => `${line}:${column}`);

const keyed = (key: string) => `regions: { eu-west-1: { kmsKey: ${key} } }`;

test.each<[string, string, number]>([
  ['the alias', image(`${share}, ${keyed('alias/aws/ebs')}`), 1],
  ['its ARN', image(`${share}, ${keyed('arn:aws:kms:eu-west-1:111111111111:alias/aws/ebs')}`), 1],
  ['a key of the account that ends like it', image(`${share}, ${keyed('alias/mine/alias/aws/ebs')}`), 0],
  ['a key of the account that begins like it', image(`${share}, ${keyed('alias/aws/ebs-2')}`), 0],
  ['a key of the account', image(`${share}, ${keyed('alias/golden')}`), 0],
  ['an image that is not shared', image(keyed('alias/aws/ebs')), 0],
])('AWS’s own key: %s', (_what, entry, count) => {
  expect(problemsOf(`version: 1\nimages:\n${entry}\n`)).toHaveLength(count);
});

test('what defaults say is told where it is said', () => {
  const defaults = `version: 1\ndefaults:\n  distribution:\n    ${keyed('alias/aws/ebs')}\nimages:\n`;
  expect(problemsOf(`${defaults}${image(share)}\n`)).toEqual(['4:37']);
});

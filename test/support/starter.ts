import type { Files } from '../../src/local/git/memory-codecommit';

/** A platform repo: a base on the public parameter, two images on it. */
export const platformFiles = (changes: Files = {}): Files => ({
  'bakery.yml': `version: 1
defaults:
  architectures: [x86_64]
  channels: [stable]
  rebake: { cron: '0 2 * * *', timezone: Europe/London, publish: always }
images:
  base-al2023:
    base: ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{arch}
    template: base/
    distribution: { share: { accounts: ['222222222222', '333333333333'] } }
  web:
    base: image:base-al2023
    template: web/
  batch:
    base: image:base-al2023
    template: batch.json
`,
  'base/main.pkr.hcl': '# base',
  'web/main.pkr.hcl': '# web',
  'batch.json': '{"builders":[{"type":"amazon-ebs"}]}',
  ...changes,
});

export const shopFiles = (changes: Files = {}): Files => ({
  'bakery.yml': `version: 1
images:
  shop:
    base: upstream:platform/base-al2023@stable
    architectures: [x86_64]
    channels: [stable]
    template: shop/
`,
  'shop/main.pkr.hcl': '# shop',
  ...changes,
});

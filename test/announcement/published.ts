import type { Published } from '../../src/lib/lifecycle/channel';

export const nowMs = Date.parse('2026-11-21T02:41:00Z');
export const platform = { bakery: 'platform', account: '111111111111' };
export const upstream = {
  ...platform,
  topicArn: 'arn:aws:sns:eu-west-1:111111111111:platform-announcements',
};
export const shop = { bakery: 'shop', account: '222222222222' };

/** What a channel points at, with parts of one's own. */
export const published = (parts: Partial<Published> = {}): Published => ({
  bakeId: 'b-01jd6t3v8kq5r2m9x7c4w1h0ya',
  image: 'base-al2023/arm64',
  sequence: nowMs - 49_000,
  inputHash: '3f2a91c4d07be865127fa0c93d5e4b6881f20a7c6d9e3b54f17a8c02e6d4b935',
  contentDigest: 'c0ffee00',
  notBefore: 0,
  baseAmiId: 'ami-0b1c2d3e4f5a69788',
  commitId: '4c1f9e0d7b6a58293847566574839201a0b1c2d3',
  inputs: [],
  amis: { 'eu-west-1': 'ami-0c3d5e7f9a1b2c4d6' },
  ancestry: [{ amiId: 'ami-0b1c2d3e4f5a69788' }],
  bakedAtMs: nowMs - 600_000,
  publishedAtMs: nowMs - 49_000,
  ...parts,
});

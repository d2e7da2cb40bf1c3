/** Settings of a bakery and of a consumer with nothing but what they need. */
export const bakerySettings = {
  bakery: 'platform',
  account: '111111111111',
  region: 'eu-west-1',
  repo: { name: 'golden-images' },
  table: 'platform-ledger',
  queueUrl: 'https://sqs.eu-west-1.amazonaws.com/111111111111/platform.fifo',
  topicArn: 'arn:aws:sns:eu-west-1:111111111111:platform-announcements',
  buildProject: 'bakery-bake',
};

export const upstreamSettings = {
  bakery: 'platform',
  account: '111111111111',
  topicArn: 'arn:aws:sns:eu-west-1:111111111111:platform-announcements',
};

export const consumerSettings = {
  bakery: 'web-fleet',
  role: 'consumer',
  account: '333333333333',
  region: 'eu-west-1',
  table: 'web-fleet-ledger',
  queueUrl: 'https://sqs.eu-west-1.amazonaws.com/333333333333/web-fleet.fifo',
  upstreams: [upstreamSettings],
  mirrors: [{ bakery: 'platform', image: 'base-al2023', architecture: 'arm64' }],
};

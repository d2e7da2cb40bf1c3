import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { signed } from '../../packer/environment/test/sign';

/** The SDK's own signer, with the hashes of Node. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | Uint8Array) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
}

it.each([
  ['with the keys of a role', { accessKeyId: 'ASIAX', secretAccessKey: 's/e+c', sessionToken: 'to/ken==' }],
  ['with the keys of a person', { accessKeyId: 'AKIAX', secretAccessKey: 'secret' }],
])('a request is signed as the SDK signs it, %s', async (_what, credentials) => {
  const nowMs = Date.UTC(2026, 10, 22, 9, 5, 7);
  const host = 'ssm.eu-west-1.amazonaws.com';
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AmazonSSM.SendCommand' };
  const body = '{"Comment":"ünï"}';
  const ours = signed({ host, service: 'ssm', region: 'eu-west-1', headers, body }, credentials, nowMs);

  const signer = new SignatureV4({
    credentials,
    region: 'eu-west-1',
    service: 'ssm',
    sha256: Sha256 as never,
    applyChecksum: false,
  });
  const request = {
    method: 'POST',
    protocol: 'https:',
    hostname: host,
    path: '/',
    query: {},
    headers: { ...headers, host },
    body,
  };
  const theirs = (await signer.sign(request as never, { signingDate: new Date(nowMs) })) as unknown as {
    headers: Record<string, string>;
  };
  expect(ours['authorization']).toBe(theirs.headers['authorization']);
  expect(ours['x-amz-security-token']).toBe(theirs.headers['x-amz-security-token']);
});

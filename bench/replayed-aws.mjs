import { createServer } from 'node:http';

/**
 * AWS within the measured process, on 127.0.0.1: the real SDK clients sign, send and parse, no other process has to get
 * a turn, and no network is measured. Node's http is loaded by it before the measurement, as it is by Lambda's runtime.
 * @param answers by `X-Amz-Target` (or `Action`): bodies in the order in which they are given; the last one is repeated
 * @returns the URL for AWS_ENDPOINT_URL
 */
export async function startReplayedAws(answers) {
  const given = new Map();
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const operation = request.headers['x-amz-target'] ?? new URLSearchParams(body).get('Action') ?? '';
      const bodies = answers[operation] ?? [];
      const count = given.get(operation) ?? 0;
      given.set(operation, count + 1);
      const answer =
        operation === 'AmazonSQS.SendMessage' ? sent(body) : bodies[Math.min(count, bodies.length - 1)];
      const type = request.headers['content-type'] ?? 'application/x-amz-json-1.0';
      response.writeHead(answer === undefined ? 501 : 200, {
        'content-type': type.includes('json') ? type : 'text/xml',
      });
      response.end(
        answer ?? JSON.stringify({ __type: 'NotRecorded', message: `no answer for ${operation}` }),
      );
    });
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${server.address().port}`;
}

/** The client checks the sum, so it cannot be recorded. Its own import has loaded crypto by then. */
function sent(body) {
  const { createHash } = process.getBuiltinModule('node:crypto');
  const MD5OfMessageBody = createHash('md5').update(JSON.parse(body).MessageBody).digest('hex');
  return JSON.stringify({ MessageId: '5fea7756-0ea4-451a-a703-a558b933e274', MD5OfMessageBody });
}

import { deployments } from '../src/local/bakery/deployment';
import { hourMs } from '../src/lib/definitions/instant';
import { accounts, MemoryBakery, region } from '../test/support/memory-bakery';
import type { Run } from './cold-start';

/** `X-Amz-Target` of the services that an idle reconcile asks; all of them speak JSON. */
const targets: Record<string, string> = {
  DynamoDB: 'DynamoDB_20120810',
  SSM: 'AmazonSSM',
  CodeCommit: 'CodeCommit_20150413',
};

const { platform } = accounts;
const repo = {
  'bakery.yml': `version: 1
defaults: { architectures: [x86_64], channels: [stable] }
images:
  base:
    base: ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{arch}
    template: base/
`,
  'base/main.pkr.hcl': '# base',
};

/**
 * A tick's message for `reconcile` in a bakery of one image that is current, and what AWS answers to it: played once in
 * the local bakery and written down, so that no fake has to be loaded beside what is measured.
 */
export async function recordIdleReconcile(): Promise<Pick<Run, 'event' | 'answers'> & { settings: object }> {
  const deployed = deployments({ mirrors: [] }).filter(({ settings }) => settings.account === platform);
  const bakery = new MemoryBakery({
    deployments: deployed,
    // Half an hour ago: what was baked then is still fresh when the handler asks the real clock.
    startMs: Date.now() - hourMs / 2,
  });
  try {
    bakery.push(platform, repo);
    await bakery.settle();
    const answers: Record<string, string[]> = {};
    const { services } = bakery.aws;
    const answer = services.call.bind(services);
    services.call = async (service, operation, input, at) => {
      const output = await answer(service, operation, input, at);
      const target = targets[service];
      if (target === undefined) throw new Error(`an idle reconcile asks ${service}.${operation}`);
      (answers[`${target}.${operation}`] ??= []).push(onTheWire(output));
      return output;
    };
    const body = JSON.stringify({ kind: 'tick', time: new Date().toISOString() });
    const event = { Records: [{ eventSource: 'aws:sqs', messageId: 'm-1', body }] };
    await bakery.aws.functions.invoke({ account: platform, region }, 'reconcile', event);
    return { event, answers, settings: deployed[0]!.settings };
  } finally {
    bakery.close();
  }
}

/** AWS JSON: times are seconds, bytes are base64. */
const onTheWire = ({ $metadata: _, ...output }: { $metadata: unknown }): string =>
  JSON.stringify(output, function (this: Record<string, unknown>, key, value: unknown) {
    const original = this[key];
    if (original instanceof Date) return original.getTime() / 1_000;
    if (original instanceof Uint8Array) return Buffer.from(original).toString('base64');
    return value;
  });

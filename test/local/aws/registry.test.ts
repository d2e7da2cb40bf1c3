import {
  SSMClient,
  GetParameterCommand,
  LabelParameterVersionCommand,
  ParameterNotFound,
} from '@aws-sdk/client-ssm';
import { CallLog } from '../../../src/local/aws/call-log';
import { VirtualClock } from '../../../src/local/aws/clock';
import { connectionLost, throttled } from '../../../src/local/aws/failure';
import { Faults } from '../../../src/local/aws/faults';
import { LocalScheduler } from '../../../src/local/aws/local-scheduler';
import { attachLocal } from '../../../src/local/aws/middleware';
import { LocalServices } from '../../../src/local/aws/registry';

const site = { account: '111111111111', region: 'eu-west-1', caller: 'test' };

function local() {
  const clock = new VirtualClock(Date.parse('2026-11-22T02:00:00Z'));
  const scheduler = new LocalScheduler(clock);
  const services = new LocalServices({ clock, scheduler }, new CallLog(), new Faults());
  const state = { Parameter: { Name: 'a', Value: '1' } };
  let calls = 0;
  services.register('SSM', {
    GetParameter: (input: { Name: string }) => {
      calls += 1;
      if (input.Name === 'missing') throw new ParameterNotFound({ message: 'no', $metadata: {} });
      return state;
    },
  });
  const client = new SSMClient({});
  attachLocal(client, { services, site });
  return { client, services, scheduler, state, calls: () => calls };
}

describe('an SDK client of the local world', () => {
  it('is answered in process, without region or credentials', async () => {
    const { client } = local();
    const output = await client.send(new GetParameterCommand({ Name: 'a' }));
    expect(output.Parameter?.Value).toBe('1');
    expect(output.$metadata).toMatchObject({ httpStatusCode: 200, attempts: 1 });
  });

  it('never shares an object with the service', async () => {
    const { client, state } = local();
    const output = await client.send(new GetParameterCommand({ Name: 'a' }));
    output.Parameter!.Value = 'changed';
    expect(state.Parameter.Value).toBe('1');
  });

  it('gets the exceptions of the SDK, with metadata', async () => {
    const { client } = local();
    const error = await client.send(new GetParameterCommand({ Name: 'missing' })).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ParameterNotFound);
    expect((error as ParameterNotFound).$metadata).toMatchObject({ httpStatusCode: 400, attempts: 1 });
  });

  it('names an operation that the local AWS lacks', async () => {
    const { client } = local();
    await expect(client.send(new LabelParameterVersionCommand({ Name: 'a', Labels: ['x'] }))).rejects.toThrow(
      'no SSM.LabelParameterVersion',
    );
  });

  it('logs every call with its outcome and the step it belongs to', async () => {
    const { client, services } = local();
    services.log.step = 'push';
    await client.send(new GetParameterCommand({ Name: 'a' }));
    await client.send(new GetParameterCommand({ Name: 'missing' })).catch(() => undefined);
    expect(services.log.records.map((record) => record.toJSON())).toMatchObject([
      {
        step: 'push',
        at: '2026-11-22T02:00:00.000Z',
        service: 'SSM',
        operation: 'GetParameter',
        outcome: 'ok',
      },
      { step: 'push', input: { Name: 'missing' }, outcome: 'ParameterNotFound', caller: 'test' },
    ]);
  });

  it('cuts long inputs in the log', async () => {
    const { client, services } = local();
    await client.send(new GetParameterCommand({ Name: 'x'.repeat(30_000) }));
    expect(services.log.records[0]!.input).toMatchObject({ length: 30_011 });
  });
});

describe('faults', () => {
  it('before: the call has no effect', async () => {
    const { client, services, calls } = local();
    services.faults.add({ label: 'throttle', when: () => true, times: 1, before: throttled });
    await expect(client.send(new GetParameterCommand({ Name: 'a' }))).rejects.toMatchObject({
      name: 'ThrottlingException',
    });
    expect(calls()).toBe(0);
    await client.send(new GetParameterCommand({ Name: 'a' }));
    expect(calls()).toBe(1);
  });

  it('after: the effect happened, the answer is lost', async () => {
    const { client, services, calls } = local();
    services.faults.add({
      label: 'lost',
      when: (call) => call.operation === 'GetParameter',
      after: connectionLost,
    });
    await expect(client.send(new GetParameterCommand({ Name: 'a' }))).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    expect(calls()).toBe(1);
  });

  it('delay: world time passes first', async () => {
    const { client, services, scheduler, calls } = local();
    services.faults.add({ label: 'slow', when: () => true, delayMs: 5_000 });
    const answer = client.send(new GetParameterCommand({ Name: 'a' }));
    await new Promise(setImmediate);
    expect(calls()).toBe(0);
    await scheduler.settle();
    await answer;
    expect(calls()).toBe(1);
  });
});

it('counts the calls under way at once', async () => {
  const { client, services } = local();
  await Promise.all([1, 2, 3].map(() => client.send(new GetParameterCommand({ Name: 'a' }))));
  expect(services.deepest).toBe(3);
  expect(services.inFlight).toBe(0);
});

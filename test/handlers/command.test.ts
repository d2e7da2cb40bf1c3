import { onCommand } from '../../src/handlers/command';
import { bakerySettings } from '../settings/settings';
import { TestRuntime } from './runtime';

const command = { command: 'bake', image: 'web', architecture: 'arm64', by: 'carol', why: 'CVE-2026-4711' };
const bakery = () => new TestRuntime(bakerySettings, '2026-11-21T02:41:00Z');

test('a command is recorded, then sent, then answered', async () => {
  const runtime = bakery();
  await expect(onCommand(runtime)(command)).resolves.toEqual({ accepted: true, commandId: '01jd6t3v8k' });
  expect([...runtime.items.values()]).toEqual([
    expect.objectContaining({ pk: 'STATE', sk: 'COMMAND#01jd6t3v8k' }),
  ]);
  expect(runtime.sent).toEqual([
    {
      body: { kind: 'command', commandId: '01jd6t3v8k' },
      deduplicationId: 'command:01jd6t3v8k',
    },
  ]);
});

test('asked again under the same id it is the same command, and is sent again', async () => {
  const runtime = bakery();
  runtime.failing = { queue: new Error('no queue') };
  await expect(onCommand(runtime)({ ...command, id: 'c-1' })).rejects.toThrow('no queue');
  runtime.failing = {};
  await expect(onCommand(runtime)({ ...command, id: 'c-1' })).resolves.toEqual({
    accepted: true,
    commandId: 'c-1',
  });
  expect(runtime.items.size).toBe(1);
  expect(runtime.sent).toHaveLength(1);
});

test('nothing is sent that could not be recorded', async () => {
  const runtime = bakery();
  runtime.failing = { table: new Error('no table') };
  await expect(onCommand(runtime)(command)).rejects.toThrow('no table');
  expect(runtime.sent).toEqual([]);
});

test.each([{ image: 'we b' }, { command: 'delete' }, { by: undefined }, { why: '' }])(
  'a person who asks for %j is told what is wrong',
  async (more) => {
    const runtime = bakery();
    const answer = await onCommand(runtime)({ ...command, ...more });
    expect(answer).toEqual({
      accepted: false,
      why: expect.stringContaining(Object.keys(more)[0]!) as string,
    });
    expect(runtime.items.size + runtime.sent.length).toBe(0);
    expect(runtime.counted).toEqual(['MALFORMED']);
  },
);

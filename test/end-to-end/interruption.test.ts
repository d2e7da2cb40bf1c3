import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { canaries, descendants, left, startBakery } from './command-line';

describe('a tour that is interrupted', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bakery-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const until = async (what: () => boolean) => {
    for (let tries = 0; !what(); tries += 1) {
      if (tries > 600) throw new Error('it never came to that');
      await sleep(50);
    }
  };

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    '%s in the middle of a build ends it and leaves nothing behind',
    async (signal, code) => {
      const evidence = join(folder, 'evidence');
      const calls = join(evidence, 'calls.jsonl');
      const bakery = startBakery(['tour', '--packer', 'stand-in', '--evidence', evidence], {
        temporary: folder,
      });
      await until(() => existsSync(calls) && readFileSync(calls, 'utf8').includes('"RunInstances"'));
      const running = [...descendants(bakery.pid).keys()];
      bakery.child.kill(signal);
      const ended = await bakery.ended;
      expect(ended.code).toBe(code);
      expect(running.length).toBeGreaterThan(0);
      await until(() => running.every((id) => !existsSync(`/proc/${id}`)));
      expect(left(folder)).toEqual(['evidence']);
    },
    60_000,
  );

  test('no process that it starts, and nothing that it writes, has seen the credentials of the person', async () => {
    const evidence = join(folder, 'evidence');
    const bakery = startBakery(['tour', '--packer', 'stand-in', '--json', '--evidence', evidence], {
      temporary: folder,
    });
    const environments = new Map<number, string>();
    let running = true;
    void bakery.ended.finally(() => (running = false));
    while (running) {
      // A process that has not become its program yet is a copy of the one that starts it.
      for (const [id, text] of descendants(bakery.pid))
        if (!text.includes('/bakery.mjs')) environments.set(id, text);
      await sleep(10);
    }
    const { stdout, stderr, code } = await bakery.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const files = readdirSync(evidence).map((name) => readFileSync(join(evidence, name), 'utf8'));
    const seen = [...environments.values(), ...files, stdout].join('\n');
    expect([...environments.values()].filter((text) => text.includes('BAKE_ID=')).length).toBeGreaterThan(0);
    for (const canary of Object.values(canaries)) expect(seen.includes(canary)).toBe(false);
  }, 120_000);
});

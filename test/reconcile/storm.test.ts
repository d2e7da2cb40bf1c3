import fc from 'fast-check';
import { createClientFactory } from '../../src/lib/aws/clients';
import { dynamoTable } from '../../src/lib/aws/dynamodb';
import { minuteMs } from '../../src/lib/definitions/instant';
import { history } from '../../src/lib/ledger/history';
import { clientsFor } from '../../src/local/aws/create-world';
import { connectionLost, throttled } from '../../src/local/aws/failure';
import type { InstantOutcome } from '../../src/local/builds/instant-runner';
import type { Files } from '../../src/local/git/memory-codecommit';
import { accounts, MemoryBakery, region } from '../support/memory-bakery';
import { platformFiles, shopFiles } from '../support/starter';

const { platform, shop, consumer } = accounts;
const inBakeries = [platform, shop];
const image = (name: string) => `${name}/x86_64` as const;
const imagesOf = { [platform]: ['base-al2023', 'batch', 'web'].map(image), [shop]: [image('shop')] };

/** What may happen, in any order and any number. */
const happening = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('push'), what: fc.constantFrom('base', 'web', 'shop', 'readme') }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revert') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('break') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('ask') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('fail'),
      class: fc.constantFrom('capacity', 'network', 'script', 'fault'),
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('lose'),
      events: fc.constantFrom('push', 'build', 'parameter', 'upstream', 'tick'),
      minutes: fc.integer({ min: 1, max: 30 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('disturb'),
      nth: fc.integer({ min: 1, max: 60 }),
      when: fc.constantFrom('before', 'after'),
      times: fc.integer({ min: 1, max: 12 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('kill'),
      nth: fc.integer({ min: 1, max: 40 }),
      when: fc.constantFrom('before', 'after'),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('pass'), minutes: fc.integer({ min: 1, max: 40 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('pass'), minutes: fc.integer({ min: 600, max: 1_500 }) }),
  },
);
type Happening = {
  do: string;
  what?: string;
  class?: string;
  events?: string;
  when?: string;
  times?: number;
  nth?: number;
  minutes?: number;
};

class Storm {
  readonly bakery: MemoryBakery;
  failuresLeft = 0;
  failureClass = 'script';
  failures = 0;
  asks = 0;
  #pushes = 0;
  #platform: Files = platformFiles();
  #shop: Files = shopFiles();

  constructor(seed: number) {
    this.bakery = new MemoryBakery({ seed, outcome: () => this.#outcome() });
  }

  #outcome(): InstantOutcome | undefined {
    if (this.failuresLeft <= 0) return undefined;
    this.failuresLeft -= 1;
    this.failures += 1;
    if (this.failureClass === 'fault') return { status: 'FAULT', durationMs: 5_000 };
    return { status: 'FAILED', durationMs: 5_000, exported: { FAILURE_CLASS: this.failureClass } };
  }

  async start(): Promise<void> {
    this.bakery.push(shop, this.#shop);
    this.bakery.push(platform, this.#platform);
    await this.bakery.aws.scheduler.pass(5 * minuteMs);
  }

  async happen(it: Happening): Promise<void> {
    const { bakery } = this;
    switch (it.do) {
      case 'push':
        this.#push(it.what!);
        return;
      case 'revert':
        this.#platform = platformFiles();
        bakery.push(platform, this.#platform);
        return;
      case 'break':
        bakery.push(platform, { ...this.#platform, 'bakery.yml': 'version: 1\nimages: 7\n' });
        return;
      case 'ask':
        this.asks += 1;
        bakery.aws.functions.invokeAsync({ account: platform, region }, 'command', {
          command: 'bake',
          image: 'web',
          by: 'alice',
          why: 'to be sure',
        });
        return;
      case 'fail':
        this.failuresLeft = it.times!;
        this.failureClass = it.class!;
        return;
      case 'lose':
        this.#lose(it.events!, it.minutes!);
        return;
      case 'disturb':
        this.#disturb(it);
        return;
      case 'kill':
        this.#kill(it);
        return;
      case 'pass':
        await this.pass(it.minutes!);
    }
  }

  #push(what: string): void {
    this.#pushes += 1;
    const text = `# ${this.#pushes}`;
    if (what === 'shop') {
      this.#shop = shopFiles({ 'shop/main.pkr.hcl': text });
      this.bakery.push(shop, this.#shop);
      return;
    }
    const path = what === 'readme' ? 'README.md' : `${what}/main.pkr.hcl`;
    this.#platform = { ...this.#platform, [path]: text };
    this.bakery.push(platform, this.#platform);
  }

  #lose(name: string, minutes: number): void {
    const { functions, scheduler } = this.bakery.aws;
    for (const account of Object.values(accounts)) {
      functions.register({ account, region }, name, () => Promise.resolve(undefined));
      scheduler.after(minutes * minuteMs, `${name} events come again`, () => this.#restore(account, name));
    }
  }

  #restore(account: string, name: string): void {
    const all = this.bakery.functions.get(account)!;
    this.bakery.aws.functions.register({ account, region }, name, all[name as keyof typeof all]);
  }

  #disturb({ nth, when, times }: Happening): void {
    let calls = 0;
    this.bakery.aws.faults.add({
      label: 'disturbed',
      when: ({ at }) => at.caller.startsWith('lambda:') && (calls += 1) >= nth!,
      times: times!,
      [when!]: () => (when === 'before' ? throttled() : connectionLost()),
    });
  }

  /** The reconcile of one account ends at its n-th call from now, whatever is caught on the way; the next one is alive. */
  #kill({ nth, when }: Happening): void {
    let calls = 0;
    let dead = false;
    const { faults, scheduler } = this.bakery.aws;
    const isMeant = (at: { account: string; caller: string }) =>
      at.account === platform && at.caller === 'lambda:reconcile';
    const gone = () => Object.assign(new Error('the Lambda is gone'), { name: 'Killed' });
    faults.add({ label: 'dead', when: ({ at }) => dead && isMeant(at), before: gone });
    faults.add({
      label: 'killed',
      when: ({ at }) => isMeant(at) && (calls += 1) === nth,
      times: 1,
      [when!]: () => {
        dead = true;
        scheduler.after(5_000, 'a new Lambda', () => {
          dead = false;
        });
        return gone();
      },
    });
  }

  /** With the tick every five minutes, as EventBridge sends it. */
  async pass(minutes: number): Promise<void> {
    const step = minutes > 300 ? 30 : 5;
    for (let passed = 0; passed < minutes; passed += step) {
      await this.bakery.aws.scheduler.pass(Math.min(step, minutes - passed) * minuteMs);
      for (const account of Object.values(accounts)) {
        this.bakery.aws.functions.invokeAsync({ account, region }, 'tick', {
          kind: 'schedule',
          scheduledTime: new Date(this.bakery.clock.now()).toISOString(),
          executionId: this.bakery.aws.chance.uuid(),
        });
      }
    }
    await this.bakery.aws.scheduler.pass(2 * minuteMs);
  }

  /** The storm is over: whatever is left is left to the ticks alone. */
  async calm(): Promise<void> {
    this.failuresLeft = 0;
    this.bakery.aws.faults.clear();
    for (const account of Object.values(accounts)) {
      for (const name of this.bakery.functions.get(account) === undefined
        ? []
        : ['push', 'build', 'parameter', 'upstream', 'tick']) {
        this.#restore(account, name);
      }
    }
    this.bakery.push(platform, this.#platform);
    await this.pass(90);
    // Backoffs last up to two hours.
    for (let hour = 0; hour < 4; hour += 1) await this.pass(15 + (hour % 2) * 60);
    await this.pass(45);
  }

  ledger(account: string) {
    const prepare = clientsFor(this.bakery.aws, { account, caller: 'test' });
    return dynamoTable(createClientFactory({ region, prepare }), this.bakery.settings(account).table);
  }
}

interface Announced {
  image: string;
  channel: string;
  account: string;
  sequence: number;
  bake: string;
  amis: Record<string, string>;
}

const announcements = (bakery: MemoryBakery): Announced[] =>
  bakery
    .calls('SNS', 'Publish')
    .map((input) => (input as { Message: string }).Message)
    .filter((text) => text.startsWith('{"schema":"ami-bakery/image-published/1"'))
    .map((text) => JSON.parse(text) as Announced);

async function expectAtRest(storm: Storm): Promise<void> {
  const { bakery } = storm;
  for (const account of inBakeries) {
    const report = await bakery.report(account);
    for (const { image: key, channel, decision, reason, amiId } of report.images) {
      const isTrue =
        decision === 'current' || (decision === 'blocked' && storm.failures > 0 && /failed \(/.test(reason));
      if (!isTrue) throw new Error(`${account} ${key} is ${decision}: ${reason}`);
      expect(bakery.parameter(account, `/bakery/${key}/${channel}`)).toBe(amiId);
    }
    let baked = 0;
    let failed = 0;
    for (const key of imagesOf[account]) {
      const bakes = await history(storm.ledger(account), key, 500);
      const ready = bakes.filter(({ status }) => status === 'ready');
      const states = new Set(ready.map(({ inputHash, notBefore }) => `${inputHash}@${notBefore}`));
      baked += ready.length - states.size;
      failed += bakes.filter(({ status }) => status === 'failed').length;
    }
    // Nothing is baked twice but what a person asked for again.
    expect(baked).toBeLessThanOrEqual(storm.asks);
    expect(failed).toBeLessThanOrEqual(storm.failures);
  }
  const last = new Map<string, Announced>();
  for (const told of announcements(bakery)) {
    const key = `${told.account}/${told.image}@${told.channel}`;
    const before = last.get(key);
    // An announcement may go out twice; another one never under the same or a lower sequence.
    if (before !== undefined && told.bake !== before.bake)
      expect(told.sequence).toBeGreaterThan(before.sequence);
    else expect(told.sequence).toBeGreaterThanOrEqual(before?.sequence ?? 0);
    last.set(key, told);
  }
  const base = last.get(`${platform}/base-al2023@stable`);
  expect(bakery.parameter(consumer, '/bakery/base-al2023/x86_64/stable')).toBe(base?.amis[region]);
  expect(bakery.aws.scheduler.errors).toEqual([]);
}

test('whatever happens in whatever order, at rest every image is as it should be and nothing was baked twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.array(happening, { minLength: 5, maxLength: 25 }),
      async (seed, happenings) => {
        const storm = new Storm(seed);
        try {
          await storm.start();
          for (const it of happenings) {
            await storm.happen(it);
            await storm.bakery.aws.scheduler.pass(20_000);
          }
          await storm.calm();
          await expectAtRest(storm);
        } finally {
          storm.bakery.close();
        }
      },
    ),
    {
      numRuns: Number(process.env['STORM_RUNS'] ?? 12),
      seed: Number(process.env['STORM_SEED'] ?? 20_261_122),
      endOnFailure: process.env['STORM_SHRINK'] === undefined,
    },
  );
}, 240_000);

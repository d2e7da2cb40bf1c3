import fc from 'fast-check';
import { ShiftedClock, VirtualClock } from '../../../src/local/aws/clock';
import { LocalScheduler } from '../../../src/local/aws/local-scheduler';
import { TimeQueue } from '../../../src/local/aws/time-queue';

describe('LocalScheduler on a virtual clock', () => {
  it('jumps from due time to due time, in order', async () => {
    const clock = new VirtualClock(0);
    const scheduler = new LocalScheduler(clock);
    const ran: [string, number][] = [];
    scheduler.after(2_000, 'late', () => void ran.push(['late', clock.now()]));
    scheduler.after(1_000, 'early', () => {
      ran.push(['early', clock.now()]);
      scheduler.after(500, 'between', () => void ran.push(['between', clock.now()]));
    });
    expect(await scheduler.settle()).toEqual({ settled: true, outstanding: [] });
    expect(ran).toEqual([
      ['early', 1_000],
      ['between', 1_500],
      ['late', 2_000],
    ]);
  });

  it('leaves alone what lies beyond the horizon', async () => {
    const scheduler = new LocalScheduler(new VirtualClock(0));
    let ran = false;
    scheduler.after(3_600_000, 'tomorrow', () => {
      ran = true;
    });
    await scheduler.settle({ horizonMs: 60_000 });
    expect(ran).toBe(false);
    expect(scheduler.nextDueMs).toBe(3_600_000);
  });

  it('collects the errors of tasks and goes on', async () => {
    const scheduler = new LocalScheduler(new VirtualClock(0));
    const ran: string[] = [];
    scheduler.after(0, 'breaks', () => Promise.reject(new Error('broken')));
    scheduler.after(1, 'works', () => void ran.push('works'));
    await scheduler.settle();
    expect(ran).toEqual(['works']);
    expect(scheduler.errors).toMatchObject([{ label: 'breaks', error: { message: 'broken' } }]);
  });

  it('lets other tasks run while one sleeps', async () => {
    const scheduler = new LocalScheduler(new VirtualClock(0));
    const order: string[] = [];
    const task = (name: string) => async () => {
      order.push(`${name} starts`);
      await scheduler.sleep(10, name);
      order.push(`${name} ends`);
    };
    scheduler.after(0, 'a', task('a'));
    scheduler.after(5, 'b', task('b'));
    await scheduler.settle();
    expect(order).toEqual(['a starts', 'b starts', 'a ends', 'b ends']);
  });

  it('waits for tracked work before it lets time pass', async () => {
    const clock = new VirtualClock(0);
    const scheduler = new LocalScheduler(clock);
    const seen: number[] = [];
    void scheduler
      .track('child', new Promise((resolve) => setTimeout(resolve, 30)))
      .then(() => seen.push(clock.now()));
    scheduler.after(1_000, 'later', () => void seen.push(clock.now()));
    await scheduler.settle();
    expect(seen).toEqual([0, 1_000]);
  });

  it('says what was still going on when the wait was over', async () => {
    const scheduler = new LocalScheduler(new VirtualClock(0));
    void scheduler.track('endless build', new Promise(() => undefined));
    expect(await scheduler.settle({ maxWaitMs: 20 })).toEqual({
      settled: false,
      outstanding: ['endless build'],
    });
  });
});

it('on a real clock waits for what is due soon', async () => {
  const scheduler = new LocalScheduler(new ShiftedClock());
  const startedMs = Date.now();
  let ranAfterMs = 0;
  scheduler.after(40, 'soon', () => {
    ranAfterMs = Date.now() - startedMs;
  });
  await scheduler.settle({ horizonMs: 1_000 });
  expect(ranAfterMs).toBeGreaterThanOrEqual(39);
});

it('time queue: earliest first, equal times in the order of pushing', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (times) => {
      const queue = new TimeQueue<[number, number]>();
      times.forEach((atMs, order) => queue.push(atMs, [atMs, order]));
      const out: [number, number][] = [];
      for (let item = queue.popDue(1_000); item; item = queue.popDue(1_000)) out.push(item);
      const expected = times.map((atMs, order): [number, number] => [atMs, order]);
      expect(out).toEqual(expected.sort((a, b) => a[0] - b[0] || a[1] - b[1]));
    }),
  );
});

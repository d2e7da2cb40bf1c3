import { region } from '../../../src/local/bakery/deployment';
import type { ImageKey } from '../../../src/lib/definitions/catalog';
import { channelsOf, type SimImage } from '../plan/catalog';
import type { Happening, Life } from '../plan/plan';
import type { SimUniverse } from './sim-universe';

type Of<Do extends Life['do']> = Happening & Extract<Life, { do: Do }>;

const people = ['alice', 'bob', 'carol'];

/** People who move channels, hold them, and decide on what waits for approval: with good reason, without, too late and twice. */
export class Steering {
  #stopped = false;

  constructor(private readonly universe: SimUniverse) {}

  stop(): void {
    this.#stopped = true;
  }

  /** @param images of the catalog at the head */
  ask(asked: Of<'steer'>, images: readonly SimImage[]): void {
    const image = images[asked.pick % Math.max(1, images.length)];
    if (image === undefined) return;
    const { id: account } = this.universe.account(asked.account);
    for (let n = 0; n < asked.times; n += 1) {
      const by = people[n % people.length]!;
      if (n === 0) this.#ask(asked, account, image, by);
      else {
        this.universe.aws.scheduler.after(n * asked.apartMs, 'asks as well', () => {
          if (!this.#stopped) this.#ask(asked, account, image, by);
        });
      }
    }
  }

  #ask(asked: Of<'steer'>, account: string, image: SimImage, by: string): void {
    const { command, pick, channel: channelPick, until, named } = asked;
    const architecture = image.architectures[pick % image.architectures.length]!;
    const name = pick % 3 === 0 ? `${image.name}/${architecture}` : image.name;
    const common = { command, image: name, by, why: 'it is time' };
    const key: ImageKey = `${image.name}/${architecture}`;
    if (command === 'approve' || command === 'reject') {
      const { live } = this.universe.look.ledger(account).records.get(key) ?? {};
      const bake = named && live !== undefined ? { bake: live.id } : {};
      const group = image.approval?.by ?? 'leads';
      return this.#decide(account, group, { ...common, ...bake });
    }
    // Mostly one that there is; sometimes none is named, or one that nobody has.
    const all = command === 'promote' ? [...(image.further ?? []), image.channel] : channelsOf(image);
    const channel = channelPick === 11 ? 'nowhere' : all[channelPick % all.length]!;
    const isNamed = command === 'promote' || all.length > 1 ? channelPick !== 10 : channelPick % 2 === 0;
    this.#send(account, {
      ...common,
      ...(isNamed || command === 'promote' ? { channel } : {}),
      ...(command === 'rollback' || command === 'pin' ? { until } : {}),
      ...(named ? this.#named(account, key, command, pick) : {}),
    });
  }

  /** A bake of the image by its id; now and then one that is not its own. */
  #named(account: string, key: ImageKey, command: string, pick: number): { to?: string; bake?: string } {
    const ended = this.universe.look.bakes(account, key);
    const bake = ended[pick % (ended.length + 1)]?.id ?? 'b-0123456789abcdefghjkmnpqrs';
    return command === 'rollback' ? { to: bake } : command === 'promote' ? { bake } : {};
  }

  /** Looks at what waits, again and again. */
  approve(habits: Of<'approver'>): void {
    const { id: account } = this.universe.account(habits.account);
    const seen = new Set<string>();
    const look = () => {
      if (this.#stopped) return;
      for (const { key, live } of this.universe.look.ledger(account).records.values()) {
        if (live?.status !== 'approval' || seen.has(live.id)) continue;
        seen.add(live.id);
        this.#judge(account, habits, key, live.id);
      }
      this.universe.aws.scheduler.after(habits.everyMs, 'an approver looks', look);
    };
    look();
  }

  #judge(account: string, { group, habit }: Of<'approver'>, image: ImageKey, bake: string): void {
    const bakeNumber = bake.charCodeAt(bake.length - 1);
    const decide = (command: 'approve' | 'reject', by: string) =>
      this.#decide(account, group, { command, image, bake, by, why: 'looked at it' });
    const either = bakeNumber % 2 === 0 ? 'approve' : 'reject';
    switch (habit) {
      case 'approves':
        return decide('approve', 'alice');
      case 'rejects':
        return decide('reject', 'alice');
      case 'either':
        return decide(either, 'alice');
      case 'twice':
        decide('approve', 'alice');
        this.universe.aws.scheduler.after(1_000 + bakeNumber * 500, 'changes their mind', () => {
          if (!this.#stopped) decide('reject', 'alice');
        });
        return;
      case 'with-another':
        decide(either, 'alice');
        decide(either === 'approve' ? 'reject' : 'approve', 'bob');
    }
  }

  #decide(account: string, group: string, event: Record<string, unknown> & { command: string }): void {
    this.#send(account, event, group === '' ? 'approve' : `approve:${group}`, { group });
  }

  #send(
    account: string,
    event: Record<string, unknown> & { command: string },
    name = 'command',
    more: { group?: string } = {},
  ): void {
    const { people: known, aws } = this.universe;
    known.commands.push({ atMs: this.universe.nowMs(), account, event, ...more });
    aws.functions.invokeAsync({ account, region }, name, event);
  }
}

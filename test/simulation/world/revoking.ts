import { region } from '../../../src/local/bakery/deployment';
import type { Happening, Life } from '../plan/plan';
import type { SimUniverse } from './sim-universe';

type Asked = Happening & Extract<Life, { do: 'revoke' }>;

const people = ['alice', 'bob'];

/** People who find out that a bake is bad, or that it was not. */
export class Revoking {
  #stopped = false;

  constructor(private readonly universe: SimUniverse) {}

  stop(): void {
    this.#stopped = true;
  }

  ask(asked: Asked): void {
    const { id: account } = this.universe.account(asked.account);
    const bake = this.#bake(account, asked);
    for (let n = 0; n < asked.times; n += 1) {
      const send = () => {
        if (!this.#stopped) this.#send(account, asked.command, bake, people[n % people.length]!);
      };
      if (n === 0) send();
      else this.universe.aws.scheduler.after(n * asked.apartMs, 'asks as well', send);
    }
  }

  #bake(account: string, { command, what, pick }: Asked): string {
    const { look, accounts } = this.universe;
    const { records, revocations } = look.ledger(account);
    const oneOf = (ids: string[]) => ids.sort()[pick % Math.max(1, ids.length)];
    const currents = (of: string) =>
      [...look.ledger(of).records.values()].flatMap(({ channels }) =>
        Object.values(channels).flatMap(({ current }) => current?.bakeId ?? []),
      );
    const nobodys = 'b-0123456789abcdefghjkmnpqrs';
    if (command === 'unrevoke' && what !== 'nothing' && what !== 'foreign') {
      const said = [...revocations.values()].flatMap(({ origin, bakeId }) =>
        origin.kind === 'person' ? bakeId : [],
      );
      const found = oneOf(said);
      if (found !== undefined) return found;
    }
    switch (what) {
      case 'current':
        return oneOf(currents(account)) ?? nobodys;
      case 'ended':
        return (
          oneOf([...records.keys()].flatMap((key) => look.bakes(account, key).map(({ id }) => id))) ?? nobodys
        );
      case 'running':
        return oneOf([...records.values()].flatMap(({ live }) => live?.id ?? [])) ?? nobodys;
      case 'foreign':
        return oneOf(accounts.flatMap(({ id }) => (id === account ? [] : currents(id)))) ?? nobodys;
      case 'nothing':
        return nobodys;
    }
  }

  #send(account: string, command: string, bake: string, by: string): void {
    const { people: known, aws } = this.universe;
    const event = { command, bake, by, why: `${by} has found out` };
    known.commands.push({ atMs: this.universe.nowMs(), account, event });
    aws.functions.invokeAsync({ account, region }, 'command', event);
  }
}

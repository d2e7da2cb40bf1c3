import type { Command } from '../../../src/lib/ledger/record-command';
import type { ImageKey } from '../../../src/lib/definitions/catalog';
import type { Invariant, SimEvent, Universe } from '../contract';
import { DesiredModel } from './desired-model';
import { broken } from './violation';
import { isOpenAt } from './window-model';

const name = 'commands-carried-out';

class Judge {
  readonly #desired: DesiredModel;

  constructor(private readonly universe: Universe) {
    this.#desired = DesiredModel.of(universe);
  }

  /** Why a command should not be open any more; undefined: what it waits for is so. */
  judge(account: string, command: Command, nowMs: number): string | undefined {
    const inForce = this.#desired.inForce(account);
    // Which images it means is not known.
    if (inForce === undefined && command.image !== undefined) return undefined;
    const images = (inForce?.catalog.images ?? []).filter(
      ({ key }) => key === command.image || key.startsWith(`${command.image}/`),
    );
    const last = this.#lastLook(account);
    // By its own clock.
    const lookedAtMs = last === undefined ? this.universe.nowMs() : last.startedAtMs + last.clockSkewMs;
    const waits = images.some(({ key, window, base }) => {
      // What was in its way ended after the commands were looked at: the next tick carries it out.
      const written = `IMAGE#${key}`;
      if (last?.calls.some(({ ledger }) => ledger.some(({ sk }) => sk === written)) === true) return true;
      // What opened after the last tick is noticed by the next one.
      const isClosed = window !== undefined && !(isOpenAt(window, nowMs) && isOpenAt(window, lookedAtMs));
      switch (command.command) {
        case 'promote':
          return isClosed;
        case 'adopt':
          return isClosed || this.#bakeRuns(account, key);
        case 'bake':
          return false;
        case 'rollback':
        case 'pin':
          // What the pin is to hold until has to be known.
          return command.until === 'base' && (base.kind === 'upstream' || base.kind === 'ami-filter');
        default:
          return false;
      }
    });
    return waits ? undefined : 'nothing that is so is in its way';
  }

  /** When the bakery last looked at what is open; what only observes carries nothing out. */
  #lastLook(account: string): SimEvent | undefined {
    return this.universe.events.findLast(
      (event) =>
        event.account === account &&
        event.function === 'reconcile' &&
        event.outcome === 'ok' &&
        (event.payload as { observe?: boolean }).observe !== true,
    );
  }

  /** A bake that waits for a person is one. */
  #bakeRuns(account: string, image: ImageKey): boolean {
    return this.universe.look.ledger(account).records.get(image)?.live !== undefined;
  }
}

/** What a person has asked for is done or refused, and waits for nothing that has gone by. */
export const commandsCarriedOut: Invariant = {
  name,
  says: 'at rest what a person asked for was carried out or refused, or waits for a window, for a bake that waits for approval, or for what cannot be read',
  watch: (universe) => {
    const judge = new Judge(universe);
    return {
      atRest: ({ atMs }) => {
        for (const { id: account } of universe.accounts) {
          for (const command of universe.look.ledger(account).commands) {
            const why = judge.judge(account, command, atMs);
            if (why === undefined) continue;
            return broken(
              name,
              `${command.command} of ${command.image ?? 'the bakery'} is open still, and ${why}`,
              {
                account,
                command,
              },
            );
          }
        }
        return undefined;
      },
    };
  },
};

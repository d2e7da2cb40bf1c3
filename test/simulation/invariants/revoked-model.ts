import type { ImageKey } from '../../../src/lib/definitions/catalog';
import type { Ancestor } from '../../../src/lib/lifecycle/bake';
import type { Revocation } from '../../../src/lib/lifecycle/revocation';
import type { SimCall, Universe } from '../contract';

const models = new WeakMap<Universe, RevokedModel>();

/** `account/bakery#bake`, written down once more. */
const idOf = (image: string, bakeId: string): string => `${image.split('/').slice(0, 2).join('/')}#${bakeId}`;

interface Made {
  bakeId: string;
  ancestry: readonly Ancestor[];
}

/** What was revoked, as the ledgers have it and had it: no planner, and no lifecycle. */
export class RevokedModel {
  /** By account: since when each revocation has held in its ledger, and in which invocation it came. */
  readonly #holding = new Map<string, Map<string, { sinceMs: number; event: number | undefined }>>();
  /** Bakes that were ever marked, by account. */
  readonly #ever = new Set<string>();
  #seen = 0;

  private constructor(private readonly universe: Universe) {}

  static of(universe: Universe): RevokedModel {
    let model = models.get(universe);
    if (model === undefined) models.set(universe, (model = new RevokedModel(universe)));
    return model;
  }

  /** What the calls since the last look have written. */
  #follow(): void {
    const { calls } = this.universe;
    for (; this.#seen < calls.length; this.#seen += 1) this.#note(calls[this.#seen]!);
  }

  #note(call: SimCall): void {
    for (const { account, pk, sk, after } of call.ledger) {
      if (pk.startsWith('BAKE#') && (after?.['data'] as { status?: string })?.status === 'revoked') {
        this.#ever.add(`${account} ${sk}`);
      }
      if (pk !== 'STATE' || !sk.startsWith('REVOKED#')) continue;
      const id = sk.slice('REVOKED#'.length);
      const known =
        this.#holding.get(account) ?? new Map<string, { sinceMs: number; event: number | undefined }>();
      this.#holding.set(account, known);
      const data = after?.['data'] as Revocation | undefined;
      if (data === undefined || data.lifted !== undefined) known.delete(id);
      else if (!known.has(id)) known.set(id, { sinceMs: call.atMs, event: call.event });
    }
  }

  /** The revocation in the account's ledger that reaches a bake of it, nearest first; with since when it has held. */
  reaches(
    account: string,
    image: ImageKey,
    { bakeId, ancestry }: Made,
  ): { id: string; sinceMs: number; event: number | undefined } | undefined {
    this.#follow();
    const known = this.#holding.get(account);
    if (known === undefined || known.size === 0) return undefined;
    const { bakery } = this.universe.accounts.find(({ id }) => id === account)!.settings;
    const own = idOf(`${account}/${bakery}/${image}`, bakeId);
    const ids = [
      own,
      ...ancestry.flatMap((it) =>
        it.image === undefined || it.bakeId === undefined ? [] : [idOf(it.image, it.bakeId)],
      ),
    ];
    // A table that was put back has forgotten what it had.
    const { revocations } = this.universe.look.ledger(account);
    const id = ids.find((one) => known.has(one) && revocations.has(one));
    return id === undefined ? undefined : { id, ...known.get(id)! };
  }

  /** Whether anything of the ancestry is revoked in the account's ledger. */
  reachesBase(account: string, ancestry: readonly Ancestor[]): boolean {
    return this.reaches(account, 'none/x86_64', { bakeId: '', ancestry }) !== undefined;
  }

  /** Whether the bake was ever revoked: a second one of the same state may be made then. */
  wasRevoked(account: string, bakeId: string): boolean {
    this.#follow();
    return this.#ever.has(`${account} ${bakeId}`);
  }
}

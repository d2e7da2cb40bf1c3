import type { ImageKey } from '../../../src/lib/definitions/catalog';
import type { Channel } from '../../../src/lib/lifecycle/channel';
import type { Invariant, SimCall, Universe, Violation } from '../contract';
import { Excuses } from './excuses';
import { RevokedModel } from './revoked-model';
import { broken } from './violation';

const name = 'deletes-only-revoked';

const isOf = ({ parameterNames, moving }: Channel, region: string, parameter: string): boolean =>
  parameterNames?.[region] === parameter || moving?.parameters[region]?.name === parameter;

/** A launch that resolves a parameter fails once it is deleted: only instead of starting what was revoked. */
export const deletesOnlyRevoked: Invariant = {
  name,
  says: 'the bakery deletes a parameter only where its channel leaves what was revoked',
  watch: (universe: Universe) => {
    const model = RevokedModel.of(universe);
    const excuses = new Excuses(universe);
    const wasRevoked = (account: string, image: ImageKey, { current }: Channel): boolean =>
      current !== undefined &&
      (model.reaches(account, image, current) !== undefined || model.wasRevoked(account, current.bakeId));

    const judge = (call: SimCall): Violation[] | undefined => {
      const { account, region } = call.site;
      const { Name } = call.input as { Name: string };
      const { records, mirrors, upstreams } = universe.look.ledger(account);
      for (const { key, channels } of records.values()) {
        for (const channel of Object.values(channels)) {
          if (isOf(channel, region, Name) && wasRevoked(account, key, channel)) return undefined;
        }
      }
      for (const [mirror, { state }] of mirrors) {
        const upstream = upstreams.get(mirror);
        const bakeId = state.current?.bakeId ?? '';
        if (!isOf(state, region, Name)) continue;
        if (upstream?.withdrawn === true || upstream?.revoked.includes(bakeId) === true) return undefined;
      }
      if (excuses.restored(account, call.atMs)) return undefined;
      return broken(name, `${Name} is deleted, and no channel of it has anything that was revoked`, {
        account,
      });
    };

    return {
      afterCall: (call) =>
        call.operation === 'DeleteParameter' && call.site.caller === 'lambda:reconcile' && call.tookEffect
          ? judge(call)
          : undefined,
    };
  },
};

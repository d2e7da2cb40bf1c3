import type { Invariant, SimCall, Universe } from '../contract';
import { Excuses } from './excuses';
import { broken } from './violation';

const ofRetire = (call: SimCall, operation: string): string | undefined =>
  call.site.caller === 'lambda:retire' && call.operation === operation && call.tookEffect
    ? (call.input as { ImageId: string }).ImageId
    : undefined;

/** Who uses an AMI at this moment, as the world itself knows it. */
function usedBy({ aws, people, look }: Universe, { site, atMs }: SimCall, amiId: string, sinceMs: number) {
  const { account, region } = site;
  const use = people.uses.find(
    (it) =>
      it.account === account &&
      it.amiId === amiId &&
      // What came after it was read is not seen: docs/retention.md.
      it.atMs < sinceMs &&
      it.untilMs >= atMs,
  );
  if (use !== undefined) return `a person's ${use.what} of ${new Date(use.atMs).toISOString()} refers to it`;
  if (aws.ec2.storedImage(region, amiId)?.image.DeregistrationProtection?.startsWith('enabled'))
    return 'it is protected';
  const ledger = look.ledger(account);
  for (const [image, record] of ledger.records) {
    for (const [name, { current, moving, pin, soaking = [] }] of Object.entries(record.channels)) {
      const bakes = [current?.bakeId, moving?.to.bakeId, pin?.from, ...soaking.map(({ bakeId }) => bakeId)];
      const named = look.bakes(account, image).find(({ id, amis = {} }) => {
        return bakes.includes(id) && amis[region] === amiId;
      });
      if (named !== undefined) return `${image}@${name} refers to ${named.id}`;
    }
    if (record.live?.baseAmiId === amiId) return `${record.live.id} of ${image} is being built on it`;
    const child = look
      .bakes(account, image)
      .find(
        ({ status, ancestry }) =>
          ['ready', 'deprecated', 'disabled'].includes(status) &&
          ancestry.some((ancestor) => ancestor.amiId === amiId),
      );
    if (child !== undefined) return `${child.id} of ${image}, which is ${child.status}, was built on it`;
  }
  return undefined;
}

export const retiresOnlyUnused: Invariant = {
  name: 'retires-only-unused',
  says: 'nothing that is referred to is deregistered, as of the last reading of the run',
  watch: (universe) => {
    const excuses = new Excuses(universe);
    /** By account: when retirement last asked who refers to an AMI. */
    const asked = new Map<string, number>();
    return {
      afterCall: (call) => {
        if (call.site.caller !== 'lambda:retire') return undefined;
        if (call.operation === 'DescribeImageReferences') asked.set(call.site.account, call.atMs);
        const amiId = ofRetire(call, 'DeregisterImage');
        if (amiId === undefined) return undefined;
        const why = usedBy(universe, call, amiId, asked.get(call.site.account) ?? 0);
        if (why === undefined || excuses.restored(call.site.account, 0)) return undefined;
        return broken('retires-only-unused', `${amiId} is deregistered, and ${why}`, {
          account: call.site.account,
        });
      },
    };
  },
};

const searched = [
  'DescribeImageReferences',
  'DescribeLaunchConfigurations',
  'DescribeAutoScalingGroups',
  'DescribeImages',
  'Query',
];

export const retiresOnlyKnowing: Invariant = {
  name: 'retires-only-knowing',
  says: 'nothing is deregistered in a run that could not read, whole, what might refer to it',
  watch: () => ({
    afterEvent: (event) => {
      if (event.function !== 'retire') return undefined;
      let failed: SimCall | undefined;
      let reads = 0;
      for (const call of event.calls) {
        if (call.operation === 'DescribeImageReferences' && call.outcome === 'ok') reads += 1;
        if (call.operation === 'DeregisterImage') {
          if (failed !== undefined)
            return broken('retires-only-knowing', `DeregisterImage although ${failed.operation} failed`, {
              account: event.account,
              outcome: failed.outcome,
            });
          if (reads < 2)
            return broken('retires-only-knowing', 'DeregisterImage without a second reading', {
              account: event.account,
            });
        }
        // After the first AMI of a bake is gone, nothing is left to be asked of it.
        if (call.outcome !== 'ok' && searched.includes(call.operation)) failed ??= call;
      }
      return undefined;
    },
  }),
};

export const channelsUsable: Invariant = {
  name: 'channels-usable',
  says: 'no channel points, or begins to move, to a bake that retirement has disabled or deregistered',
  watch: (universe) => {
    const excuses = new Excuses(universe);
    return {
      afterCall: (call) => {
        for (const { account, sk, before, after } of call.ledger) {
          if (!sk.startsWith('IMAGE#') || after === undefined) continue;
          const now = recordOf(after);
          const then = before === undefined ? undefined : recordOf(before);
          for (const [name, { moving }] of Object.entries(now.channels)) {
            const to = moving?.to.bakeId;
            if (to === undefined || to === then?.channels[name]?.moving?.to.bakeId) continue;
            const bake = universe.look.bakes(account, now.key).find(({ id }) => id === to);
            if (bake?.status !== 'disabled' && bake?.status !== 'deregistered') continue;
            if (excuses.restored(account, 0)) continue;
            return broken('channels-usable', `${now.key}@${name} moves to ${to}, which is ${bake.status}`, {
              account,
            });
          }
        }
        const amiId = ofRetire(call, 'DisableImage');
        if (amiId === undefined) return undefined;
        const { account, region } = call.site;
        for (const [image, { channels }] of universe.look.ledger(account).records) {
          for (const [name, { current, moving }] of Object.entries(channels)) {
            if (current?.amis[region] !== amiId && moving?.to.amis[region] !== amiId) continue;
            if (excuses.restored(account, 0)) continue;
            return broken('channels-usable', `${amiId} is disabled, and ${image}@${name} points to it`, {
              account,
            });
          }
        }
        return undefined;
      },
    };
  },
};

type StoredRecord =
  ReturnType<Universe['look']['ledger']>['records'] extends Map<unknown, infer R> ? R : never;

const recordOf = (item: Record<string, unknown>): StoredRecord => item['data'] as StoredRecord;

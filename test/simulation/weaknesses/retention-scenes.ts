import { minuteMs } from '../../../src/lib/definitions/instant';
import { Draw } from '../plan/draw';
import { retiring } from '../plan/retention';
import { bakeriesOf, struck, withMore, type Scene } from './scene';

/** Old bakes are retired in every plan, not in some. */
const retires: Scene = (plan, draw) =>
  plan.retires === true ? plan : retiring(plan, new Draw(draw.below(2 ** 31)));

export const retentionScenes: Record<string, Scene> = {
  'retire-first-page': retires,
  'retire-latest-versions': retires,
  'retire-single-read': retires,
  'retire-ledger-forgotten': retires,
  'retire-unread-is-empty': (plan, draw) => {
    const scene = retires(plan, draw);
    return withMore(
      scene,
      bakeriesOf(scene).map((account) =>
        struck('call-throttled', account, 20 * minuteMs, { on: 'EC2.DescribeImageReferences' }),
      ),
    );
  },
};

import type { BuildableBase, ResolvedBase } from './base';
import type { ImageNode, Verdict } from './forest';
import { blocked, wait } from './verdict';

/** What an image says that has nothing to be built on now. */
export function withoutBase(
  base: Exclude<ResolvedBase, BuildableBase>,
  parent: ImageNode | undefined,
): Verdict {
  if (base.state === 'unknown') return wait({ code: 'unknown', what: base.what, why: base.why });
  if (base.state === 'unusable') return blocked({ code: 'base', problem: base.code, why: base.why });
  if (base.state === 'leaving') {
    const { image, channel, bakeId, revoked } = base;
    return wait({ code: 'leaving', image, channel, bakeId, revoked });
  }
  if (parent !== undefined && comesLater(parent, base.channel)) {
    return wait({ code: 'promotion', image: base.image, channel: base.channel });
  }
  switch (parent?.verdict?.kind) {
    case 'blocked': {
      const withdrawn = parent?.record?.channels[base.channel]?.withdrawn !== undefined;
      return blocked({ code: 'no-base-yet', image: base.image, ...(withdrawn ? { withdrawn } : {}) });
    }
    case 'held':
      return parent.verdict;
    case 'bake':
    case 'reuse':
    case 'wait':
      return { kind: 'held', by: parent };
    default:
      return blocked({
        code: 'base',
        problem: 'BASE_MISSING',
        why: `${base.image} has never been published to ${base.channel}`,
      });
  }
}

/** The base image is published, and its further channel has nothing of it yet: that needs a soak or a person, not a bake. */
const comesLater = ({ outline, record }: ImageNode, channel: string): boolean =>
  outline.definition.channels.includes(channel) && record?.channels[outline.channel]?.current !== undefined;

import type { ImageKey } from '../../../src/lib/definitions/catalog';
import type { SimCommand, Universe } from '../contract';

/** What people have asked for, as it was when the function was invoked. */
export class Asked {
  constructor(private readonly universe: Universe) {}

  /** Commands of a kind about a channel of an image, oldest first; one that named no channel may have meant any. */
  about(account: string, kind: string, image: ImageKey, channel: string): SimCommand[] {
    return this.universe.people.commands.filter(({ account: at, event }) => {
      const asked = String(event['image']);
      return (
        at === account &&
        event.command === kind &&
        (asked === image || image.startsWith(`${asked}/`)) &&
        (event['channel'] === undefined || event['channel'] === channel)
      );
    });
  }
}

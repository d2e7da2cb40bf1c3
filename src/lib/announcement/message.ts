import type { Announcement } from './schemas';

/** An announcement as it is published to a topic. */
export interface AnnouncementMessage {
  subject: string;
  body: string;
  /** What filter policies of subscriptions can ask for. */
  attributes: Record<string, string>;
}

/** SNS takes messages of up to 256 KiB, attributes included (SNS quotas; larger ones only where a topic asks for it). */
export const maxMessageBytes = 256 * 1_024;

export function toMessage(announcement: Announcement): AnnouncementMessage {
  const { schema, account, bakery } = announcement;
  const image = 'image' in announcement ? announcement : undefined;
  const about = image === undefined ? `inventory of ${bakery}` : `${image.image} for ${image.architecture}`;
  return {
    // SNS subjects are at most 100 characters of ASCII (Publish API reference).
    subject: `${schema.split('/')[1]}: ${about}`.slice(0, 100),
    body: JSON.stringify(announcement),
    attributes: {
      schema,
      account,
      ...(image === undefined ? {} : { image: image.image, architecture: image.architecture }),
      ...(image !== undefined && 'channel' in image ? { channel: image.channel } : {}),
    },
  };
}

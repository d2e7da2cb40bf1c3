import * as z from 'zod/mini';

/**
 * What one bakery tells others over SNS: a public, versioned contract. Fields may be added to a version, and readers pass
 * over those they do not know; anything else is a new version. The bounds keep a message that anybody on a topic could
 * send from growing into a record of any size.
 */

const described = <T extends z.ZodMiniType>(schema: T, description: string): T =>
  schema.check(z.describe(description));
const text = (rule: RegExp) => z.string().check(z.regex(rule));

export const accountRule = /^[0-9]{12}$/;
const name = text(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);
const account = text(accountRule);
const amiId = text(/^ami-[0-9a-f]{8,32}$/);
const region = text(/^[a-z]{2}(-[a-z]+)+-[0-9]$/);
const bake = text(/^[A-Za-z0-9._-]{1,64}$/);
const hash = text(/^[0-9a-f]{8,128}$/);
const instant = text(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/).check(
  z.refine((value) => !Number.isNaN(Date.parse(value))),
);
/** 2^53 - 1 is past the year 280,000: larger numbers are no times. */
const sequence = z.int().check(z.positive());
const architecture = z.enum(['x86_64', 'arm64']);
const reason = z.string().check(z.maxLength(1_000));

const amis = described(
  z
    .record(region, amiId)
    .check(z.refine((value) => Object.keys(value).length > 0 && Object.keys(value).length <= 64)),
  'AMIs by region, at least one.',
);

const ancestor = z.object({
  amiId,
  image: described(
    z.optional(text(/^[0-9]{12}(\/[A-Za-z0-9._-]{1,100}){3}$/)),
    'account/bakery/image/architecture, where a bakery made it.',
  ),
  bakeId: z.optional(bake),
});

/** A channel of an image and what it points at. */
const channelFields = {
  image: name,
  architecture,
  channel: name,
  sequence: described(
    sequence,
    'Grows with every move of the channel; about the time of the move in ms since 1970.',
  ),
  bake,
  inputHash: described(hash, 'Equal for bakes that are made of the same things.'),
  commit: described(text(/^[0-9a-f]{7,64}$/), 'Commit of the image repo.'),
  base: described(z.optional(amiId), 'The AMI it is built on; absent where the template chooses for itself.'),
  amis,
  ancestry: described(
    z.array(ancestor).check(z.maxLength(256)),
    'From the base upwards: the base, its base, and so on across accounts.',
  ),
  publishedAt: instant,
};

/** Which bakes were revoked, and why as far as there is room to tell. */
const revokedFields = {
  revoked: described(
    z.array(bake).check(z.maxLength(200)),
    'Bakes of this image that must not be used any more: all of them, or the newest 200.',
  ),
  reasons: described(
    z.optional(z.record(bake, reason).check(z.refine((value) => Object.keys(value).length <= 200))),
    'Why, by bake.',
  ),
};

const from = { bakery: name, account: described(account, 'Owner of the AMIs and of the topic.') };

export const channelSchema = z.object({ ...channelFields, ...revokedFields });

/** A channel that points at nothing, because what it had was revoked and nothing good was left. */
const withdrawnFields = {
  image: name,
  architecture,
  channel: name,
  sequence,
  bake: described(bake, 'What it had.'),
  amis,
  reason,
  revokedAt: instant,
};
const withdrawnSchema = z.object({ ...withdrawnFields, ...revokedFields });

export const imagePublishedSchema = z.object({
  schema: z.literal('ami-bakery/image-published/1'),
  ...from,
  ...channelFields,
  ...revokedFields,
});

export const inventorySchema = z.object({
  schema: z.literal('ami-bakery/inventory/1'),
  ...from,
  takenAt: described(instant, 'The same in all chunks of one inventory.'),
  chunk: described(z.int().check(z.gte(1)), 'Which of `of` this is, from 1.'),
  of: z.int().check(z.gte(1)),
  channels: z.array(channelSchema).check(z.maxLength(5_000)),
  withdrawn: described(
    z.optional(z.array(withdrawnSchema).check(z.maxLength(5_000))),
    'Channels that point at nothing, because what they had was revoked.',
  ),
});

export const imageRevokedSchema = z.object({
  schema: z.literal('ami-bakery/image-revoked/1'),
  ...from,
  ...withdrawnFields,
  revoked: z.optional(revokedFields.revoked),
  reasons: revokedFields.reasons,
});

export const imageRetiredSchema = z.object({
  schema: z.literal('ami-bakery/image-retired/1'),
  ...from,
  image: name,
  architecture,
  reason,
  retiredAt: instant,
});

export const announcementSchema = z.discriminatedUnion('schema', [
  imagePublishedSchema,
  inventorySchema,
  imageRevokedSchema,
  imageRetiredSchema,
]);

export type ChannelAnnouncement = z.infer<typeof channelSchema>;
export type WithdrawnAnnouncement = z.infer<typeof withdrawnSchema>;
export type ImagePublished = z.infer<typeof imagePublishedSchema>;
export type Inventory = z.infer<typeof inventorySchema>;
export type ImageRevoked = z.infer<typeof imageRevokedSchema>;
export type ImageRetired = z.infer<typeof imageRetiredSchema>;
export type Announcement = z.infer<typeof announcementSchema>;

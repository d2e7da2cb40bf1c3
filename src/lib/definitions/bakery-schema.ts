import * as z from 'zod';

/**
 * The shape of bakery.yml: type, checks and JSON Schema come from here. No defaults and no transforms, so that the
 * checked value is the written one and every problem can be shown at its place in the text.
 */

/** Shown where the rule of a text field is broken; becomes the `fix` of the problem. */
const text = (rule: RegExp, fix: string) => z.string().regex(rule, { error: fix });

export const imageNameRule = /^[a-z][a-z0-9-]{1,62}$/;
const imageName = text(
  imageNameRule,
  'Use 2 to 63 lower-case letters, digits and hyphens, beginning with a letter.',
);
const channelName = text(
  /^[a-z][a-z0-9-]{0,30}$/,
  'Use up to 31 lower-case letters, digits and hyphens, beginning with a letter.',
);
const account = text(/^[0-9]{12}$/, 'Write the 12 digits of the account in quotes.');
const organization = text(
  /^(o-[a-z0-9]{10,32}|arn:aws[a-z-]*:organizations::[0-9]{12}:organization\/o-[a-z0-9]{10,32})$/,
  'Write the id (o-…) or the ARN of the organisation.',
);
const organizationalUnit = text(
  /^(ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|r-[a-z0-9]{4,32}|arn:aws[a-z-]*:organizations::[0-9]{12}:(ou\/o-[a-z0-9]{10,32}\/ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|root\/o-[a-z0-9]{10,32}\/r-[a-z0-9]{4,32}))$/,
  'Write the id (ou-…, or r-… for the root) or the ARN of the organizational unit.',
);
const duration = text(/^[1-9][0-9]{0,4}[mhd]$/, 'Write a number and m, h or d, for example 90m, 24h or 3d.');
const region = text(/^[a-z]{2}(-[a-z]+)+-[0-9]$/, 'Write the id of a region, for example eu-west-1.');
const path = z
  .string()
  .min(1)
  .max(1000)
  .describe('Relative to the folder of bakery.yml; a trailing slash says folder.');
const architecture = z.enum(['x86_64', 'arm64']);
const instanceType = text(/^[a-z0-9-]+\.[a-z0-9-]+$/, 'Write an EC2 instance type, for example m7g.large.');

const texts = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
  error: 'Write a text or a list of texts.',
});

export const amiFilterSchema = z
  .strictObject({
    owners: z
      .union([z.string(), z.array(z.string()).min(1)], { error: 'Write an owner or a list of owners.' })
      .describe('Account ids, or self, amazon, aws-marketplace. Required: anybody can publish a look-alike.'),
    name: texts.optional().describe('Name of the AMI; * and ? as in DescribeImages.'),
    filters: z
      .record(z.string().min(1), texts)
      .optional()
      .describe('Further DescribeImages filters by name; `architecture` is added unless given.'),
  })
  .describe('The newest available AMI that matches.');

const base = z
  .union([z.string().min(1), z.strictObject({ 'ami-filter': amiFilterSchema })], {
    error: 'Write ssm:/path, ami:ami-…, image:NAME, upstream:BAKERY/NAME, ami-filter: {…} or template.',
  })
  .describe(
    'The AMI the image is built on: `ssm:/path`, `ami:ami-…`, `ami-filter: {…}`, `image:NAME[@CHANNEL]` (this bakery; ' +
      "without a channel: that image's first one), `upstream:BAKERY/NAME[@CHANNEL]` (another account's; without a channel: " +
      'stable), or `template` (the template chooses for itself). `{arch}` stands for the architecture.',
  );

const rebake = z
  .union(
    [
      z.strictObject({
        cron: z
          .string()
          .max(200)
          .optional()
          .describe(
            'Five fields: minute, hour, day of month, month, day of week. At least an hour between two fire times.',
          ),
        timezone: z
          .string()
          .max(100)
          .optional()
          .describe('IANA name, for example Europe/London.')
          .meta({ default: 'UTC' }),
        publish: z
          .enum(['if-changed', 'always'])
          .optional()
          .describe(
            '`if-changed`: a scheduled bake that came to what is published already is discarded: docs/unchanged.md. `always`: every bake is published.',
          )
          .meta({ default: 'if-changed' }),
      }),
      z.literal(false),
    ],
    { error: 'Write { cron: …, timezone: … }, or false for no schedule.' },
  )
  .describe(
    'Schedule on which the image is baked anew although nothing of its own changed; `false`: none. Under `defaults` it holds for images whose base is not another image.',
  );

const builder = z
  .strictObject({
    instanceType: z
      .union(
        [instanceType, z.strictObject({ x86_64: instanceType.optional(), arm64: instanceType.optional() })],
        { error: 'Write an EC2 instance type (m7g.large), or one for each architecture.' },
      )
      .optional()
      .describe('EC2 instance type of the build, or one for each architecture.'),
    instanceProfile: text(/^[\w+=,.@-]{1,128}$/, 'Write the name of an IAM instance profile.')
      .optional()
      .describe('Name of the instance profile the build instance gets.'),
  })
  .describe('What the image is built with.');

const distribution = z
  .strictObject({
    regions: z
      .union(
        [
          z.array(region),
          z.record(
            region,
            z.union(
              [
                z.strictObject({
                  kmsKey: z
                    .string()
                    .min(1)
                    .optional()
                    .describe(
                      'Key (id or ARN) or alias in that region that encrypts the AMI. In the region of the bakery a copy that is encrypted with it takes the place of the AMI that was built.',
                    ),
                }),
                z.null(),
              ],
              {
                error: 'Write { kmsKey: … } or nothing.',
              },
            ),
          ),
        ],
        { error: 'Write a list of regions, or a map from region to { kmsKey: … }.' },
      )
      .optional()
      .describe(
        'Regions the AMI is copied to, within what the settings of the deployment allow. It is in the region of the bakery in any case.',
      ),
    share: z
      .strictObject({
        accounts: z.array(account).max(500).optional().describe('Account ids, in quotes.'),
        organizations: z.array(organization).max(50).optional().describe('Ids or ARNs of organisations.'),
        organizationalUnits: z
          .array(organizationalUnit)
          .max(200)
          .optional()
          .describe('Ids or ARNs of organizational units.'),
        snapshots: z
          .boolean()
          .optional()
          .describe(
            'The accounts may copy the AMI as well: they get a permission on its snapshots, which AWS gives to accounts only.',
          )
          .meta({ default: false }),
      })
      .optional()
      .describe('Who may launch the AMI, within what the settings of the deployment allow.'),
  })
  .describe('Where the AMI goes.');

/** Keys and values: EC2 User Guide, "Tag your resources"; ten of the fifty are left to the bakery. */
const tags = z
  .record(
    text(
      /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u,
      'Use up to 128 letters, digits, spaces and _ . : / = + - @, not beginning with aws:.',
    ),
    text(
      /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u,
      'Use up to 256 letters, digits, spaces and _ . : / = + - @.',
    ),
  )
  .refine((all) => Object.keys(all).length <= 40, { error: 'Use at most 40 tags.' })
  .meta({ maxProperties: 40 })
  .describe(
    'Tags of the AMI, its snapshots and everything the build launches. Merged with those of `defaults`.',
  );

const variables = z
  .record(
    text(/^[A-Za-z_][\w-]{0,127}$/, 'Use letters, digits, underscores and hyphens, beginning with a letter.'),
    z.string().max(4096),
  )
  .describe('Packer variables, as texts. Merged with those of `defaults`.');

const both = {
  notify: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe("Who is told of failures: a name from the settings' notification targets."),
  architectures: z
    .array(architecture)
    .min(1)
    .optional()
    .describe('One image is made for each.')
    .meta({ default: ['x86_64'] }),
  rebake: rebake.optional(),
  timeoutMinutes: z
    .int()
    .min(5)
    .max(2160)
    .optional()
    .describe('Longest build. CodeBuild allows 5 minutes to 36 hours.')
    .meta({ default: 60 }),
  builder: builder.optional(),
  builderEpoch: z
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe('Part of the input hash: raising it forces a bake.')
    .meta({ default: 0 }),
  tags: tags.optional(),
  variables: variables.optional(),
  channels: z
    .array(channelName)
    .min(1)
    .max(10)
    .optional()
    .describe('Named pointers to ready bakes. A finished bake is published to the first.')
    .meta({ default: ['stable'] }),
  distribution: distribution.optional(),
  promote: z
    .strictObject({
      after: z.enum(['tests', 'approval']).optional(),
      soak: duration.optional(),
    })
    .optional()
    .describe(
      'When a bake moves on from one channel to the next: docs/channels.md. Left out: when a person promotes it.',
    ),
  retain: z
    .strictObject({ count: z.int().min(1).max(1000).optional(), days: z.int().min(1).max(3650).optional() })
    .optional()
    .describe(
      'Which old bakes are kept: the newest so many that a channel had, and those younger than so many days. The others are retired: docs/retention.md. Left out: none is.',
    ),
  approval: z
    .strictObject({
      by: text(/^(?![0-9]+$)[A-Za-z0-9_-]{1,128}$/, 'Name a group of the setting approvers.'),
      expires: duration.optional(),
    })
    .optional()
    .describe('Who has to agree before a bake is published, and within what time (3d): docs/gates.md.'),
  window: z
    .strictObject({
      from: text(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'Write a time of day, for example "22:00".'),
      to: text(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'Write a time of day, for example "06:00".'),
      timezone: z.string().optional(),
    })
    .optional()
    .describe(
      'Hours in which channels may move; bakes may run at any time. The time zone is UTC unless told.',
    ),
};

export const imageSchema = z
  .strictObject({
    base,
    template: path.describe(
      'The Packer template: a folder of HCL2 files (`web/`), one HCL2 file (`web.pkr.hcl`), or a classic JSON template (`web.json`). Relative to the folder of bakery.yml. Always an input.',
    ),
    inputs: z
      .array(path)
      .max(100)
      .optional()
      .describe('Further files and folders the template reads.')
      .meta({ default: [] }),
    only: z
      .array(z.string().min(1).max(200))
      .max(50)
      .optional()
      .describe("Packer's `-only`: the builders to run.")
      .meta({ default: [] }),
    test: path
      .optional()
      .describe('Folder of check scripts that a new AMI has to pass before it is published: docs/tests.md.'),
    was: imageName.optional().describe('Earlier name of the image, whose record and channels it takes over.'),
    ...both,
  })
  .describe('An image.');

export const bakerySchema = z
  .strictObject({
    version: z.literal(1).describe('Version of this format.'),
    defaults: z
      .strictObject(both)
      .optional()
      .describe('Fields that hold for every image that does not set them itself.'),
    images: z.record(imageName, imageSchema).describe('The images, by name.'),
  })
  .describe('bakery.yml: what a bakery bakes.');

export type BakeryText = z.infer<typeof bakerySchema>;
/** What is left of a file when everything broken was taken out, so that the rest is checked in the same run. */
export type ImageText = Partial<z.infer<typeof imageSchema>>;
export type DefaultsText = NonNullable<BakeryText['defaults']>;
export type AmiFilterText = z.infer<typeof amiFilterSchema>;

/** A broken rule of the schema; the union of zod's own issues, so that nothing else depends on zod. */
export type SchemaIssue = z.core.$ZodIssue;

/** Also what is wrong inside of images whose name is: the schema by itself looks no further than the name. */
export function schemaIssues(value: unknown): SchemaIssue[] {
  const issues = bakerySchema.safeParse(value).error?.issues ?? [];
  const misnamed = issues.flatMap((issue) => {
    if (!isMisnamedImage(issue)) return [];
    const { images } = value as { images: Record<string, unknown> };
    const inside = imageSchema.safeParse(images[String(issue.path[1])]).error?.issues ?? [];
    return inside.map((inner): SchemaIssue => ({ ...inner, path: [...issue.path, ...inner.path] }));
  });
  return [...issues, ...misnamed];
}

/** Such an image is checked further: only its name is wrong. Nothing else that is named by keys is two levels deep. */
export const isMisnamedImage = ({ code, path }: SchemaIssue): boolean =>
  code === 'invalid_key' && path.length === 2;

export const amiFilterIssues = (value: unknown): SchemaIssue[] =>
  amiFilterSchema.safeParse(value).error?.issues ?? [];

/** Names of the fields that the schema knows at a path, for suggestions. */
export function knownFields(path: readonly PropertyKey[]): string[] {
  let level: z.core.$ZodType[] = [bakerySchema];
  for (const key of path) level = level.flatMap((schema) => step(schema, key));
  return level.flatMap(unwrap).flatMap((schema) => Object.keys(schema.def.shape ?? {}));
}

/** The parts of zod's own description of a schema that are followed here: an object, a record, a union, what is optional. */
interface Def {
  shape?: Record<PropertyKey, z.core.$ZodType>;
  valueType?: z.core.$ZodType;
  options?: z.core.$ZodType[];
  innerType?: z.core.$ZodType;
}

function unwrap(schema: z.core.$ZodType): { def: Def }[] {
  const { def } = schema._zod as unknown as { def: Def };
  if (def.innerType !== undefined) return unwrap(def.innerType);
  return def.options === undefined ? [{ def }] : def.options.flatMap(unwrap);
}

function step(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType[] {
  return unwrap(schema).flatMap(({ def: { shape, valueType } }) => shape?.[key] ?? valueType ?? []);
}

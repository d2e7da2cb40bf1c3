/** Every code that reading bakery.yml can give. docs/bakery-yml.md lists them, each with a real message. */
export const problemCodes = {
  TOO_LARGE: {
    severity: 'error',
    meaning: 'The file is larger than 1 MB, or nested or expanded beyond reason.',
  },
  YAML_SYNTAX: { severity: 'error', meaning: 'The text is not YAML, or a key stands twice in one map.' },
  MULTIPLE_DOCUMENTS: { severity: 'error', meaning: 'The file holds more than one YAML document.' },
  ALIAS_LIMIT: {
    severity: 'error',
    meaning: 'Anchors and aliases expand to more than the file may say, or to themselves.',
  },
  FORBIDDEN_KEY: { severity: 'error', meaning: 'A key that no field, image, variable or tag may have.' },
  MISSING_FIELD: { severity: 'error', meaning: 'A required field is not there.' },
  UNKNOWN_FIELD: { severity: 'error', meaning: 'A field that bakery.yml does not have.' },
  WRONG_TYPE: {
    severity: 'error',
    meaning: 'A value of the wrong type, for example a number where a text belongs.',
  },
  WRONG_VALUE: { severity: 'error', meaning: 'A value that the field does not take.' },
  OUT_OF_RANGE: { severity: 'error', meaning: 'A number, text or list that is too small or too large.' },
  BAD_NAME: {
    severity: 'error',
    meaning: 'A name that would make an illegal parameter path, AMI name, tag or variable.',
  },
  DUPLICATE: { severity: 'error', meaning: 'A list names the same thing twice.' },
  TOO_MANY_IMAGES: { severity: 'error', meaning: 'More images than one bakery plans.' },
  BAD_PATH: { severity: 'error', meaning: 'A path that leaves the image repo or is not written plainly.' },
  BAD_TEMPLATE: {
    severity: 'error',
    meaning: 'The name of the template says that Packer would not read it.',
  },
  BAD_BASE: { severity: 'error', meaning: 'A base that is of no known kind, or wrong for its kind.' },
  BASE_OWN_PREFIX: {
    severity: 'error',
    meaning: "A base under the bakery's own parameters; it would hide a dependency.",
  },
  UNKNOWN_BASE: { severity: 'error', meaning: 'The base is an image that bakery.yml does not have.' },
  UNKNOWN_CHANNEL: { severity: 'error', meaning: 'The base is a channel that the base image does not have.' },
  UNKNOWN_UPSTREAM: { severity: 'error', meaning: 'The base is of a bakery that this one does not follow.' },
  ARCHITECTURE_NOT_IN_BASE: {
    severity: 'error',
    meaning: 'The image is made for an architecture that its base lacks.',
  },
  CYCLE: { severity: 'error', meaning: 'Images are built on each other in a circle.' },
  BAD_CRON: { severity: 'error', meaning: 'A cron expression that is not five fields or cannot be read.' },
  CRON_NEVER_FIRES: { severity: 'error', meaning: 'A schedule without a single fire time.' },
  CRON_TOO_OFTEN: { severity: 'error', meaning: 'A schedule with less than an hour between two fire times.' },
  BAD_TIMEZONE: { severity: 'error', meaning: 'A time zone that is not known.' },
  BAD_WINDOW: { severity: 'error', meaning: 'A window that never opens.' },
  BAD_PARAMETER_PATH: {
    severity: 'error',
    meaning: 'The parameter of a channel would have an illegal name.',
  },
  PARAMETER_CLASH: { severity: 'error', meaning: 'Two channels would be the same parameter.' },
  RESERVED_VARIABLE: {
    severity: 'error',
    meaning: 'A variable that the bakery itself gives to the template.',
  },
  BAD_WAS: { severity: 'error', meaning: 'An earlier name that is still in use, or taken over twice.' },
  TEMPLATE_MISSING: { severity: 'error', meaning: 'The template is not in the commit.' },
  INPUT_MISSING: { severity: 'error', meaning: 'An input is not in the commit.' },
  TEST_MISSING: { severity: 'error', meaning: 'The folder of checks is not in the commit, or is no folder.' },
  TEST_EMPTY: { severity: 'error', meaning: 'The folder of checks holds no check.' },
  NOT_A_PLAIN_INPUT: { severity: 'error', meaning: 'A template or input is a symbolic link or a submodule.' },
  TEMPLATE_WRONG_KIND: {
    severity: 'error',
    meaning: 'The template is a file where a folder was said, or the reverse.',
  },
  TEMPLATE_UNREADABLE: {
    severity: 'error',
    meaning: 'A classic JSON template is not JSON or has no builders.',
  },
  ONLY_UNKNOWN: { severity: 'error', meaning: '`only` names a builder that the template does not have.' },
  DEFAULT_KEY_SHARED: {
    severity: 'error',
    meaning: 'An image that is shared is encrypted with AWS’s own key for EBS.',
  },
  MORE_PROBLEMS: { severity: 'error', meaning: 'There are more problems than are shown.' },
  SCHEDULE_NEAR_ANCESTOR: {
    severity: 'warning',
    meaning: 'A schedule within 12 hours of the one of an ancestor, after which the image is baked anyway.',
  },
  INSTANCE_ARCHITECTURE: {
    severity: 'warning',
    meaning: 'An instance type that is not of the architecture of the image.',
  },
} as const satisfies Record<string, { severity: 'error' | 'warning'; meaning: string }>;

export type ProblemCode = keyof typeof problemCodes;

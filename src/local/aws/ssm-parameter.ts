import type { Parameter } from '@aws-sdk/client-ssm';
import {
  ParameterMaxVersionLimitExceeded,
  ParameterNotFound,
  ParameterVersionNotFound,
} from '@aws-sdk/client-ssm';
import type { ParameterHistory } from '@aws-sdk/client-ssm';

/** Parameter Store keeps this many versions of a parameter (documented). */
const VERSIONS_KEPT = 100;
/** Labels of one version (documented). */
const LABELS_PER_VERSION = 10;

export interface StoredVersion {
  version: number;
  value: string;
  type: 'String' | 'StringList' | 'SecureString';
  dataType: string;
  description: string | undefined;
  tier: 'Standard' | 'Advanced';
  atMs: number;
  by: string;
  labels: Set<string>;
  /** Reads are eventually consistent: not seen before this. */
  visibleFromMs: number;
}

/** One parameter with its history, as Parameter Store keeps it. */
export class StoredParameter {
  readonly versions: StoredVersion[] = [];
  readonly tags = new Map<string, string>();

  constructor(
    readonly name: string,
    readonly arn: string,
  ) {}

  get newest(): StoredVersion | undefined {
    return this.versions.at(-1);
  }

  /** Whether the version that would have to go for the next one carries a label. */
  get isFull(): boolean {
    const [oldest] = this.versions;
    return this.versions.length >= VERSIONS_KEPT && oldest !== undefined && oldest.labels.size > 0;
  }

  /** Throws ParameterMaxVersionLimitExceeded where the version that would have to go carries a label. */
  assertRoom(): void {
    const [oldest] = this.versions;
    if (oldest === undefined || !this.isFull) return;
    throw new ParameterMaxVersionLimitExceeded({
      message: `You attempted to create a new version of ${this.name} by calling the PutParameter API with the overwrite flag. Version ${oldest.version}, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.`,
      $metadata: {},
    });
  }

  add(version: StoredVersion): void {
    this.assertRoom();
    if (this.versions.length >= VERSIONS_KEPT) this.versions.shift();
    this.versions.push(version);
  }

  /** Moves the labels to a version; answers those that break the rules for labels. */
  label(version: number | undefined, labels: string[]): { version: number; invalid: string[] } {
    const target = version === undefined ? this.newest : this.versions.find((v) => v.version === version);
    if (target === undefined) {
      throw new ParameterVersionNotFound({
        message: `Systems Manager could not find version ${version} of ${this.name}.`,
        $metadata: {},
      });
    }
    const invalid = labels.filter((label) => /^(\d|aws|ssm)/i.test(label) || !/^[\w.-]{1,100}$/.test(label));
    if (invalid.length > 0) return { version: target.version, invalid };
    for (const label of labels) {
      for (const other of this.versions) other.labels.delete(label);
      target.labels.add(label);
    }
    return { version: target.version, invalid: [] };
  }

  hasRoomForLabels(version: number | undefined, labels: string[]): boolean {
    const target = version === undefined ? this.newest : this.versions.find((v) => v.version === version);
    return new Set([...(target?.labels ?? []), ...labels]).size <= LABELS_PER_VERSION;
  }

  /** The version a selector names: a number, a label, or none for the newest that reads show already. */
  read(selector: string | undefined, nowMs: number): Parameter {
    const visible = this.versions.filter((version) => version.visibleFromMs <= nowMs);
    if (visible.length === 0)
      throw new ParameterNotFound({ message: `Parameter ${this.name} not found.`, $metadata: {} });
    const version =
      selector === undefined
        ? visible.at(-1)
        : visible.find((v) => String(v.version) === selector || v.labels.has(selector));
    if (version === undefined) {
      throw new ParameterVersionNotFound({
        message: `Systems Manager could not find version ${selector} of ${this.name}. Verify the version and try again.`,
        $metadata: {},
      });
    }
    return {
      Name: this.name,
      Type: version.type,
      Value: version.value,
      Version: version.version,
      LastModifiedDate: new Date(version.atMs),
      ARN: this.arn,
      DataType: version.dataType,
      ...(selector === undefined ? {} : { Selector: `:${selector}` }),
    };
  }

  history(nowMs: number): ParameterHistory[] {
    return this.versions
      .filter((version) => version.visibleFromMs <= nowMs)
      .map((version) => ({
        Name: this.name,
        Type: version.type,
        Value: version.value,
        Version: version.version,
        LastModifiedDate: new Date(version.atMs),
        LastModifiedUser: version.by,
        Description: version.description,
        Labels: [...version.labels],
        Tier: version.tier,
        DataType: version.dataType,
        Policies: [],
      }));
  }
}

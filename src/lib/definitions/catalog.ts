import type { Problem } from './problem';

/** What a valid bakery.yml says, expanded to one entry per image and architecture. Plain JSON: it is stored in the ledger. */

export type Architecture = 'x86_64' | 'arm64';

/** `base-al2023/arm64`: a node of the graph. */
export type ImageKey = `${string}/${Architecture}`;

/** Where the AMI that an image is built on comes from. `{arch}` in it is already replaced. */
export type Base =
  | { kind: 'ssm'; path: string }
  | { kind: 'ami'; amiId: string }
  | { kind: 'ami-filter'; owners: string[]; filters: Record<string, string[]> }
  | { kind: 'image'; image: ImageKey; channel: string }
  | { kind: 'upstream'; bakery: string; image: ImageKey; channel: string }
  | { kind: 'template' };

/** A schedule on which an image is baked anew although nothing of its own changed. */
export interface Rebake {
  /** Five fields, at least an hour between two fire times. */
  cron: string;
  /** IANA name. */
  timezone: string;
  publish: 'if-changed' | 'always';
}

export interface Share {
  accounts: string[];
  organizations: string[];
  organizationalUnits: string[];
  /** The accounts may copy the AMI as well, which takes a permission on each of its snapshots. */
  snapshots?: true;
}

/** How an AMI is kept in a region. */
export interface RegionPolicy {
  /** Key or alias that its snapshots are encrypted with; absent: however they are. */
  kmsKey?: string;
}

/** What a bake has to have behind it before the next channel gets it. */
export interface Promote {
  after: 'tests' | 'approval';
  /** How long it has to be published in the channel before, without objection; 0: not at all. */
  soakMs: number;
}

/** Every day from one time of day, `22:00`, until another, which may be that of the next day. */
export interface Window {
  from: string;
  to: string;
  /** IANA name. */
  timezone: string;
}

/** Which bakes are kept: those that either of the two says. */
export interface Retain {
  /** Newest bakes of each channel. */
  count?: number;
  /** Bakes that are younger. */
  days?: number;
}

export interface ImageDefinition {
  key: ImageKey;
  /** The entry of bakery.yml. */
  name: string;
  architecture: Architecture;
  base: Base;
  template: {
    /** Relative to the folder of bakery.yml, without a trailing slash. */
    path: string;
    /** A folder of HCL2 files, one HCL2 file, or a classic JSON template. */
    kind: 'hcl-folder' | 'hcl-file' | 'json';
  };
  /** Further files and folders the template reads, relative to the folder of bakery.yml, without trailing slashes. */
  inputs: string[];
  /** Packer variables the author sets. */
  variables: Record<string, string>;
  /** Packer's `-only`; empty: every builder. */
  only: string[];
  /** Absent where the image follows its base alone. */
  rebake?: Rebake;
  builder: { instanceType?: string; instanceProfile?: string };
  /** Raising it forces a bake; part of the input hash. */
  builderEpoch: number;
  tags: Record<string, string>;
  /** First one: where a finished bake is published. */
  channels: string[];
  share: Share;
  /** Regions the AMI goes to; that of the bakery is among them even where it is left out. Absent: nowhere else. */
  regions?: Record<string, RegionPolicy>;
  timeoutMinutes: number;
  /** Folder of check scripts that a candidate has to pass, relative to the folder of bakery.yml. Absent: untested. */
  test?: { path: string };
  /** Who has to agree before a bake is published. */
  approval?: { by: string; expiresMs: number };
  /** Who is told of failures; a name from the settings' notification targets. */
  notify?: string;
  /** When a bake moves on from one channel to the next; absent: when a person says so. */
  promote?: Promote;
  /** When channels may move; absent: at any time. */
  window?: Window;
  /** Absent: no bake is ever retired. */
  retain?: Retain;
  /** Earlier name of the image, whose record and channels it takes over. */
  was?: string;
}

export interface Catalog {
  /** Sorted by key, so that equal catalogs are equal as text. */
  images: ImageDefinition[];
}

/** Why a field of bakery.yml has no effect yet, or a value deserves a second look. */
export interface CatalogResult {
  /** Undefined when any problem is an error. */
  catalog?: Catalog;
  problems: Problem[];
}

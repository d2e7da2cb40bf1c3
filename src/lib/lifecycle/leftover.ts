/** What builds make in EC2 and may leave behind, in the order in which it can be removed: each may hold some of the later. */
export const leftoverKinds = [
  'instance',
  'volume',
  'security-group',
  'key-pair',
  'image',
  'snapshot',
] as const;

export type LeftoverKind = (typeof leftoverKinds)[number];

/** A resource that carries the id of a bake, as EC2 shows it. */
export interface Leftover {
  kind: LeftoverKind;
  region: string;
  id: string;
  name?: string;
  tags: Record<string, string>;
  state?: string;
  /** Absent for security groups: EC2 does not tell. */
  createdAtMs?: number;
  /** Of an AMI. */
  snapshotIds?: string[];
  /** Instance that a volume is attached to. */
  attachedTo?: string;
}

export const bakeryTag = 'bakery';
export const imageTag = 'bakery:image';

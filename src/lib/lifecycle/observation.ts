/** What was seen of a build or an AMI: facts for the life cycles to judge. */

/** A CodeBuild build as the bakery needs it. */
export interface BuildObservation {
  buildId: string;
  status: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'FAULT' | 'STOPPED' | 'TIMED_OUT';
  phase?: string;
  startedAtMs?: number;
  endedAtMs?: number;
  /** Longest it may run, and before that wait for its turn. */
  timeoutMinutes?: number;
  queuedTimeoutMinutes?: number;
  /** Value of the build's BAKE_ID variable. */
  bakeId?: string;
  exported: Record<string, string>;
  /** Message of the phase that failed, where CodeBuild has one. */
  failureContext?: string;
  logsUrl?: string;
}

export interface AmiObservation {
  amiId: string;
  ownerId: string;
  name: string;
  state: 'available' | 'pending' | 'failed' | 'disabled' | 'deregistered' | 'invalid' | 'error' | 'transient';
  architecture: string;
  createdAtMs: number;
  sourceAmiId?: string;
  tags: Record<string, string>;
  snapshotIds: string[];
  /** Why it failed, where it has. */
  stateReason?: string;
}

export interface SnapshotObservation {
  snapshotId: string;
  /** Absent: it is not encrypted. */
  keyArn?: string;
}

export interface KeyObservation {
  arn: string;
  /** `Enabled`, or why it cannot be used. */
  state: string;
}

export interface LaunchPermissions {
  accounts: string[];
  organizationArns: string[];
  organizationalUnitArns: string[];
}

/** An AMI on its way out. */
export interface RetiringAmi {
  amiId: string;
  state: AmiObservation['state'];
  deprecateAtMs?: number;
  /** Of deregistration; absent: it has none. */
  protection?: string;
  /** A day behind (EC2 user guide, "Check when an AMI was last used"). */
  lastLaunchedAtMs?: number;
}

/** Something that names an AMI. */
export interface AmiReference {
  amiId: string;
  /** ARN, or kind and name. */
  by: string;
}

/**
 * Who uses an AMI in other accounts. Launches of the last day and launch templates of the last few may be missing
 * (EC2 user guide, "View your AMI usage").
 */
export interface UsageReport {
  amiId: string;
  state: 'available' | 'pending' | 'error';
  createdAtMs: number;
  usedBy: { account: string; what: string; count: number }[];
}

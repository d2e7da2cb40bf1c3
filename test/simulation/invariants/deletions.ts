import type { MirrorRecord } from '../../../src/lib/lifecycle/upstream-record';
import type { Invariant, SimCall, SimEvent, Violation } from '../contract';
import { DesiredModel } from './desired-model';
import { Excuses } from './excuses';
import { broken } from './violation';

/** By operation: the field that names what is removed. */
const removals: Record<string, string> = {
  DeregisterImage: 'ImageId',
  DeleteSnapshot: 'SnapshotId',
  DeleteVolume: 'VolumeId',
  DeleteSecurityGroup: 'GroupId',
  DeleteKeyPair: 'KeyPairId',
  TerminateInstances: 'InstanceIds',
};
/** What has to be read whole before such a thing may go. */
const needed: Record<string, string[]> = {
  DeregisterImage: ['DescribeImages', 'Query', 'GetParameters'],
  DeleteSnapshot: ['DescribeImages', 'DescribeSnapshots', 'Query', 'GetParameters'],
  DeleteVolume: ['DescribeVolumes', 'Query'],
  DeleteSecurityGroup: ['DescribeSecurityGroups', 'Query'],
  DeleteKeyPair: ['DescribeKeyPairs', 'Query'],
  TerminateInstances: ['DescribeInstances', 'Query'],
};

const removedBy = (call: SimCall): string[] => (call.tookEffect ? toRemoveBy(call) : []);

/** What EC2 was asked to remove, whether it did so or not. */
const toRemoveBy = (call: SimCall): string[] => {
  const field = removals[call.operation];
  if (field === undefined || !call.site.caller.startsWith('lambda:')) return [];
  const value = (call.input as Record<string, unknown>)[field];
  return Array.isArray(value) ? (value as string[]) : typeof value === 'string' ? [value] : [];
};

export const keepsWhatIsUsed: Invariant = {
  name: 'keeps-what-is-used',
  says: 'nothing is deleted that a channel, a parameter, a result or a live bake refers to',
  watch: (universe) => {
    const excuses = new Excuses(universe);
    const desired = DesiredModel.of(universe);
    /** Resource → the bake it was made for, as its tags said when it was made. */
    const madeFor = new Map<string, string>();
    const results = new Set<string>();

    const note = (call: SimCall): void => {
      const specifications = (
        call.input as { TagSpecifications?: { Tags?: { Key?: string; Value?: string }[] }[] } | undefined
      )?.TagSpecifications;
      const bake = specifications
        ?.flatMap(({ Tags = [] }) => Tags)
        .find(({ Key }) => Key === 'bakery:bake')?.Value;
      if (bake === undefined || call.output === undefined) return;
      const text = JSON.stringify(call.output);
      for (const [id] of text.matchAll(/\b(?:ami|snap|vol|sg|key|i)-0[0-9a-f]{16}\b/g)) {
        if (!madeFor.has(id)) madeFor.set(id, bake);
      }
    };

    /**
     * A mirror that was told of something newer, and whose parameter SSM has not let go there since it got the old AMI:
     * retirement, which may read no parameter of another account, does not wait for it (docs/retention.md).
     */
    const cannotFollow = (
      follower: string,
      { current, moving, blocked, parameterNames }: MirrorRecord['state'],
      amiId: string,
      region: string,
    ): boolean => {
      const parameter = parameterNames?.[region];
      if (current?.amis[region] !== amiId || parameter === undefined) return false;
      if (moving === undefined ? blocked === undefined : moving.to.amis[region] === amiId) return false;
      return excuses.struck(
        follower,
        ['parameter-never-takes', 'parameter-history-full'],
        current.publishedAtMs ?? 0,
        parameter,
      );
    };

    /** bakery.yml has taken the image from a follower: it is not shown what comes after, and cannot start what it had. */
    const isNoMoreTheirs = (owner: string, follower: string, { current }: MirrorRecord['state']): boolean => {
      const share = current === undefined ? undefined : desired.definition(owner, current.image)?.share;
      return (
        share !== undefined &&
        !share.accounts.includes(follower) &&
        share.organizations.length + share.organizationalUnits.length === 0
      );
    };

    const judge = (call: SimCall, id: string): string | undefined => {
      const { account, region } = call.site;
      const { look } = universe;
      const bake = madeFor.get(id);
      const retires = call.site.caller === 'lambda:retire';
      for (const { id: other } of universe.accounts) {
        const { records, mirrors } = look.ledger(other);
        for (const record of records.values()) {
          // A copy that failed is taken away by the bake that makes the next one.
          const isOwnFailure =
            call.site.caller === 'lambda:reconcile' && look.ami(id, region)?.image.State === 'failed';
          if (other === account && bake !== undefined && record.live?.id === bake && !isOwnFailure)
            return `bake ${bake} of ${record.key} is ${record.live.status}`;
          for (const [name, { current, moving }] of Object.entries(record.channels)) {
            if (current?.amis[region] === id) return `${record.key}@${name} points to it`;
            if (moving?.to.amis[region] === id) return `${record.key}@${name} moves to it`;
          }
        }
        for (const [name, { state }] of mirrors) {
          const isNamed = [state.current, state.moving?.to].some((it) => it?.amis[region] === id);
          // What an account has unshared or removed by hand its followers learn later.
          if (!isNamed || other === account) continue;
          if (retires && (isNoMoreTheirs(account, other, state) || cannotFollow(other, state, id, region)))
            continue;
          return `${other} mirrors it as ${name}`;
        }
      }
      // Results end there: whether one may is judged by retirements.ts.
      if (!retires && results.has(`${account} ${id}`)) return 'it is the result of a bake';
      if (call.operation === 'DeleteSnapshot') {
        for (const { image } of look.amisOf(account, region)) {
          if ((image.BlockDeviceMappings ?? []).some(({ Ebs }) => Ebs?.SnapshotId === id))
            return `${image.ImageId} is made of it`;
        }
      }
      return undefined;
    };

    return {
      afterCall: (call) => {
        for (const { account, pk, after } of call.ledger) {
          if (!pk.startsWith('AMI#')) continue;
          const result = `${account} ${pk.slice(4)}`;
          // What an encrypted copy takes the place of is nobody's result any more.
          if (after === undefined) results.delete(result);
          else results.add(result);
        }
        if (call.service !== 'EC2') return undefined;
        note(call);
        for (const id of removedBy(call)) {
          const why = judge(call, id);
          if (why === undefined) continue;
          // By the hand of a person it may happen, and a table that was put back knows no better.
          if (excuses.restored(call.site.account, call.atMs - 48 * 60 * 60_000)) continue;
          return broken('keeps-what-is-used', `${call.site.caller} removes ${id}, and ${why}`, {
            account: call.site.account,
            operation: call.operation,
          });
        }
        return undefined;
      },
    };
  },
};

export const deletesOnlyKnowing: Invariant = {
  name: 'deletes-only-knowing',
  says: 'nothing is deleted, nor asked to be, in a run that could not read, whole, what might refer to it',
  watch: () => ({
    afterEvent: (event) => {
      if (event.function !== 'janitor') return undefined;
      const failed = new Map<string, string>();
      for (const call of event.calls) {
        const wanted = toRemoveBy(call).length > 0 ? (needed[call.operation] ?? []) : [];
        const unread = wanted.find((operation) => failed.has(operation));
        if (unread !== undefined) {
          return broken(
            'deletes-only-knowing',
            `${call.operation} although ${unread} failed (${failed.get(unread)})`,
            {
              account: event.account,
              input: call.input,
            },
          );
        }
        if (call.outcome !== 'ok' && call.service !== 'SNS') failed.set(call.operation, call.outcome);
      }
      return undefined;
    },
  }),
};

const tokens: Record<string, [out: string, into: string]> = {
  Query: ['LastEvaluatedKey', 'ExclusiveStartKey'],
  DescribeImages: ['NextToken', 'NextToken'],
  DescribeSnapshots: ['NextToken', 'NextToken'],
  DescribeInstances: ['NextToken', 'NextToken'],
  DescribeVolumes: ['NextToken', 'NextToken'],
  DescribeSecurityGroups: ['NextToken', 'NextToken'],
  DescribeImageReferences: ['NextToken', 'NextToken'],
  DescribeImageUsageReports: ['NextToken', 'NextToken'],
  DescribeImageUsageReportEntries: ['NextToken', 'NextToken'],
  DescribeLaunchConfigurations: ['NextToken', 'NextToken'],
  DescribeAutoScalingGroups: ['NextToken', 'NextToken'],
};

/** A page that is left out is a part of the world that is taken for empty. */
export const wholeReads: Invariant = {
  name: 'whole-reads',
  says: 'whoever reads a list reads it to its end',
  watch: () => ({
    afterEvent: (event) => (event.outcome === 'ok' ? unfinished(event) : undefined),
  }),
};

function unfinished(event: SimEvent): Violation[] | undefined {
  const open = new Map<string, SimCall>();
  for (const call of event.calls) {
    const fields = tokens[call.operation];
    if (fields === undefined) continue;
    const input = call.input as Record<string, unknown>;
    const asked = input[fields[1]];
    if (asked !== undefined) open.delete(`${call.operation} ${JSON.stringify(asked)}`);
    if (call.outcome !== 'ok' || input['Limit'] !== undefined) continue;
    const next = (call.output as Record<string, unknown> | undefined)?.[fields[0]];
    if (next !== undefined && next !== null) open.set(`${call.operation} ${JSON.stringify(next)}`, call);
  }
  const [left] = open.values();
  if (left === undefined) return undefined;
  return broken('whole-reads', `${event.function} read ${left.operation} to the end of a page only`, {
    account: event.account,
    input: left.input,
  });
}

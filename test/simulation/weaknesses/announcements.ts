import type { Weakness } from '../contract';
import { replacing, rewriting } from './replacing';

export const announcementWeaknesses: Weakness[] = [
  {
    name: 'announce-first',
    says: 'a move is announced when it begins',
    foundBy: ['announced-after-read-back'],
    withinSeeds: 20,
    edit: {
      'src/lib/reconcile/announce.ts': replacing(
        'announce-first',
        'announceChannels',
        `(original) => async (run) => {
          const { topicArn } = run.deps.settings;
          for (const record of topicArn === undefined ? [] : run.records) {
            for (const [name, { moving }] of Object.entries(record.channels) as any) {
              if (moving === undefined) continue;
              const message = composePublished(run.deps.settings, record.key, name, moving.to, []);
              await run.attempt('announcing', record.key, () => run.deps.topic.publish(topicArn, message));
            }
          }
          return original(run);
        }`,
      ),
    },
  },
  {
    name: 'announced-unsent',
    says: 'an announcement is noted as sent before it is, and a failure is forgotten',
    foundBy: ['every-move-announced'],
    withinSeeds: 40,
    faults: ['call-fails-before', 'call-throttled'],
    edit: {
      'src/lib/reconcile/announce.ts': rewriting(
        'announced-unsent',
        'for (const message of messagesOf(run, record, channel, state)) {',
        (chosen) => `if (${chosen})
        sent.push({ image: record.key, channel, sequence: (state.current ?? state.withdrawn)!.sequence });
      for (const message of messagesOf(run, record, channel, state)) {`,
      ),
    },
  },
  {
    name: 'no-inventory',
    says: 'no inventory is sent',
    foundBy: ['followers-catch-up'],
    withinSeeds: 100,
    faults: ['event-lost'],
    edit: {
      'src/lib/reconcile/inventory.ts': replacing(
        'no-inventory',
        'sendInventory',
        '() => () => Promise.resolve()',
      ),
    },
  },
  {
    name: 'sequence-not-compared',
    says: 'an announcement is recorded whatever its sequence',
    foundBy: ['only-trusted'],
    withinSeeds: 100,
    weaken: (hooks) =>
      hooks.recording((runtime, name) =>
        name !== 'upstream'
          ? runtime
          : {
              ...runtime,
              table: {
                write: (writes) =>
                  runtime.table.write(writes.map((write) => ({ ...write, condition: { kind: 'any' } }))),
              },
            },
      ),
  },
  {
    name: 'trust-skipped',
    says: 'whoever publishes on a topic is believed',
    foundBy: ['only-trusted'],
    withinSeeds: 100,
    faults: ['announcement-forged'],
    edit: {
      'src/lib/announcement/trust.ts': replacing(
        'trust-skipped',
        'trust',
        `(original) => (announcement, seen) => {
          const from = seen.upstreams.find(({ topicArn }) => topicArn === seen.topicArn);
          return from === undefined
            ? original(announcement, seen)
            : original({ ...announcement, account: from.account, bakery: from.bakery }, seen);
        }`,
      ),
    },
  },
  {
    name: 'future-believed',
    says: 'a sequence may be as far ahead as it likes',
    foundBy: ['only-trusted'],
    withinSeeds: 100,
    faults: ['announcement-future'],
    edit: {
      'src/lib/announcement/trust.ts': rewriting(
        'future-believed',
        'seen.nowMs + aheadMs',
        (chosen) => `seen.nowMs + (${chosen} ? Infinity : aheadMs)`,
      ),
    },
  },
  {
    name: 'visibility-not-asked',
    says: 'an announced AMI is built on without asking whether EC2 shows it',
    foundBy: ['sound-base'],
    withinSeeds: 100,
    edit: {
      'src/lib/bases/verify.ts': replacing(
        'visibility-not-asked',
        'judge',
        '() => (candidate) => resolved(candidate)',
      ),
    },
  },
  {
    name: 'mirror-unverified',
    says: 'a consumer follows an announcement without looking at its AMI',
    foundBy: ['acts-once'],
    withinSeeds: 100,
    edit: {
      'src/lib/lifecycle/mirror.ts': replacing(
        'mirror-unverified',
        'mirrorStatus',
        `(original) => (channel, upstream, ...rest) => {
          const status = original(channel, upstream, ...rest);
          return status.code === 'not-visible' && upstream.amis[rest[1]] !== undefined
            ? { code: 'behind', text: 'announced' }
            : status;
        }`,
      ),
    },
  },
  {
    name: 'shared-before-adoption',
    says: 'an AMI is shared as soon as a build names it',
    foundBy: ['shared-in-order'],
    withinSeeds: 20,
    edit: {
      'src/lib/reconcile/adopt-bake.ts': replacing(
        'shared-before-adoption',
        'adoptBake',
        `(original) => async (run, record, bake, amis) => {
          const accounts = definitionOf(run, record.key)?.share.accounts ?? [];
          const none = { accounts: [], organizationArns: [], organizationalUnitArns: [] };
          for (const [region, amiId] of Object.entries(amis)) {
            if (accounts.length === 0) continue;
            await run.deps.amis.changeLaunchPermissions(region, amiId, { add: { ...none, accounts }, remove: none });
          }
          return original(run, record, bake, amis);
        }`,
      ),
    },
  },
];

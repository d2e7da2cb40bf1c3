import type { ImageKey } from '../../../src/lib/definitions/catalog';
import type { Invariant, SimCall, Violation } from '../contract';
import { channelChanges, confirmations, isToldAgain } from './changes';
import { Excuses } from './excuses';
import { broken } from './violation';

/** What a bakery says of a channel, as it stands in a message. */
export interface Line {
  image: string;
  architecture: string;
  channel: string;
  sequence: number;
  bake: string;
  amis: Record<string, string>;
  revoked?: string[];
}

interface Message {
  schema: string;
  bakery: string;
  account: string;
  channels?: Line[];
  withdrawn?: Line[];
}

/** What a bakery's reconcile has said to its followers with this call. */
export function saidBy(
  call: SimCall,
): { message: Message; lines: Line[]; withdrawn: Line[]; isInventory: boolean } | undefined {
  if (call.operation !== 'Publish' || call.service !== 'SNS') return undefined;
  if (call.site.caller !== 'lambda:reconcile') return undefined;
  const text = (call.input as { Message?: string }).Message ?? '';
  if (!text.startsWith('{"schema":"ami-bakery/')) return undefined;
  const message = JSON.parse(text) as Message & Line;
  const isInventory = message.channels !== undefined;
  if (message.schema === 'ami-bakery/image-revoked/1')
    return { message, lines: [], withdrawn: [message], isInventory };
  return { message, lines: message.channels ?? [message], withdrawn: message.withdrawn ?? [], isInventory };
}

const nameOf = ({ image, architecture, channel }: Line): string => `${image}/${architecture}@${channel}`;

export const announcedAfterward: Invariant = {
  name: 'announced-after-read-back',
  says: 'nothing is announced before it is confirmed, under its own sequence, which never stands for another bake or goes back',
  watch: (universe) => {
    const excuses = new Excuses(universe);
    /** Moves that were confirmed: by channel, sequence → bake and AMIs. */
    const confirmed = new Map<string, Map<number, string>>();
    const highest = new Map<string, { sequence: number; bake: string }>();
    /** Channels that came to have nothing: with the sequence of that → what they had. */
    const withdrawn = new Map<string, string>();

    const judge = (call: SimCall): Violation[] | undefined => {
      const said = saidBy(call);
      if (said === undefined) return undefined;
      const { account } = call.site;
      for (const line of said.withdrawn) {
        const key = `${line.image}/${line.architecture}` as ImageKey;
        const state = universe.look.ledger(account).records.get(key)?.channels[line.channel];
        const was = withdrawn.get(`${account} ${nameOf(line)} ${line.sequence}`);
        if (was === line.bake || excuses.restored(account, call.atMs)) continue;
        return broken(
          'announced-after-read-back',
          `${nameOf(line)} is said to have nothing, and had ${was}`,
          {
            account,
            line,
            state,
          },
        );
      }
      for (const line of said.lines) {
        const name = `${account} ${nameOf(line)}`;
        const about = { account, line };
        const what = confirmed.get(name)?.get(line.sequence);
        if (what === undefined) {
          return broken(
            'announced-after-read-back',
            `sequence ${line.sequence} of ${nameOf(line)} is announced and was never confirmed`,
            about,
          );
        }
        if (what !== `${line.bake} ${JSON.stringify(line.amis)}`) {
          return broken(
            'announced-after-read-back',
            `sequence ${line.sequence} of ${nameOf(line)} is announced as ${line.bake}, and is ${what}`,
            about,
          );
        }
        if (said.isInventory || !call.tookEffect) continue;
        const before = highest.get(name);
        if (before !== undefined && line.bake !== before.bake && line.sequence <= before.sequence) {
          // Two runs at once, of which one has read what the other has moved on from; or a table that was put back to the
          // middle of a move: followers stay with the higher sequence.
          if (
            excuses.restored(account, call.atMs) ||
            excuses.struck(
              account,
              ['queue-at-once', 'queue-twice', 'killed', 'call-slow'],
              call.atMs - 30 * 60_000,
            )
          )
            continue;
          return broken(
            'announced-after-read-back',
            `${nameOf(line)} went from sequence ${before.sequence} to ${line.sequence}`,
            { ...about, before },
          );
        }
        if (before === undefined || line.sequence > before.sequence) {
          highest.set(name, { sequence: line.sequence, bake: line.bake });
        }
      }
      return undefined;
    };

    return {
      afterCall: (call) => {
        if (call.ledger.length > 0) {
          for (const { account, name, before: from, after } of channelChanges(call)) {
            if (after?.current !== undefined && isToldAgain(from, after)) {
              const { sequence, bakeId, amis } = after.current;
              confirmed.get(`${account} ${name}`)?.set(sequence, `${bakeId} ${JSON.stringify(amis)}`);
            }
            if (after?.withdrawn === undefined) continue;
            withdrawn.set(`${account} ${name} ${after.withdrawn.sequence}`, after.withdrawn.bakeId);
          }
          for (const { account, name, before: from, after, isMirror } of confirmations(call)) {
            // A renamed image begins with what its old name had, and has confirmed nothing of it.
            if (isMirror || from === undefined) continue;
            const { sequence, bakeId, amis } = after!.current!;
            const known = confirmed.get(`${account} ${name}`) ?? new Map<number, string>();
            confirmed.set(`${account} ${name}`, known);
            const before = known.get(sequence);
            const is = `${bakeId} ${JSON.stringify(amis)}`;
            if (before !== undefined && before !== is) {
              return broken(
                'announced-after-read-back',
                `sequence ${sequence} of ${name} stands for two bakes`,
                { account, before, is },
              );
            }
            known.set(sequence, is);
          }
          return undefined;
        }
        return judge(call);
      },
    };
  },
};

export const everyMoveAnnounced: Invariant = {
  name: 'every-move-announced',
  says: 'every confirmed move is announced, or outrun by a higher sequence that is; the ledger never says so before it is',
  watch: (universe) => {
    /** Highest sequence that went out, by account and channel. */
    const sent = new Map<string, number>();
    const moved = new Map<string, number>();
    return {
      afterCall: (call) => {
        const said = call.tookEffect && call.ledger.length === 0 ? saidBy(call) : undefined;
        if (said !== undefined) {
          for (const line of [...(said.isInventory ? [] : said.lines), ...said.withdrawn]) {
            const name = `${call.site.account} ${nameOf(line)}`;
            sent.set(name, Math.max(sent.get(name) ?? 0, line.sequence));
          }
        }
        if (call.ledger.length === 0) return undefined;
        for (const { account, name, before, after, isMirror } of channelChanges(call)) {
          if (isMirror || after === undefined) continue;
          const key = `${account} ${name}`;
          const sequence = after.current?.sequence ?? 0;
          // What a renamed image takes along was told under its old name.
          if (before !== undefined && sequence > (before.current?.sequence ?? 0)) moved.set(key, sequence);
          if (after.announcedSequence <= (before?.announcedSequence ?? 0)) continue;
          if ((sent.get(key) ?? 0) >= after.announcedSequence) continue;
          // A renamed image takes along what was announced under its old name.
          if (before === undefined) continue;
          return broken(
            'every-move-announced',
            `${name} counts sequence ${after.announcedSequence} as announced, and it never was`,
            { account },
          );
        }
        return undefined;
      },
      atRest: () => {
        for (const [key, sequence] of moved) {
          const [account, name = ''] = key.split(' ');
          const settings = universe.accounts.find(({ id }) => id === account)?.settings;
          if (settings?.topicArn === undefined || (sent.get(key) ?? 0) >= sequence) continue;
          // What was moved before a table was put back is told again by what its channel says now.
          const [image = '', channel = ''] = name.split('@');
          const now = universe.look.ledger(account!).records.get(image as never)?.channels[channel]?.current;
          if (now !== undefined && (sent.get(key) ?? 0) >= now.sequence) continue;
          return broken('every-move-announced', `sequence ${sequence} of ${name} was never announced`, {
            account,
          });
        }
        return undefined;
      },
    };
  },
};

/** Of reconcile, as in serverless.yml. */
const longestRunMs = 300_000;

/** In the order of the design: adopted, then shared, then in its parameters. */
export const sharedInOrder: Invariant = {
  name: 'shared-in-order',
  says: 'an AMI is shared only after it was adopted, with nobody beyond the ceilings, and before a parameter names it',
  watch: (universe) => {
    const adopted = new Set<string>();
    return {
      afterCall: (call) => {
        for (const { account, pk, after } of call.ledger) {
          if (pk.startsWith('AMI#') && after !== undefined) adopted.add(`${account} ${pk.slice(4)}`);
        }
        const { account, caller } = call.site;
        if (caller !== 'lambda:reconcile') return undefined;
        if (call.operation === 'ModifyImageAttribute') {
          const { ImageId = '', LaunchPermission } = call.input as {
            ImageId?: string;
            LaunchPermission?: { Add?: { UserId?: string; Group?: string }[] };
          };
          const added = LaunchPermission?.Add ?? [];
          if (added.length === 0) return undefined;
          const about = { account, added };
          if (!adopted.has(`${account} ${ImageId}`)) {
            return broken('shared-in-order', `${ImageId} is shared, and no bake has it as its result`, about);
          }
          const { shareWith } = universe.accounts.find(({ id }) => id === account)!.settings.ceilings;
          const beyond = added.filter(
            ({ UserId, Group }) =>
              Group !== undefined || (UserId !== undefined && !shareWith.accounts.includes(UserId)),
          );
          // An invocation goes on with the settings it was started with; the next one takes back what is too much.
          const isOlder = universe.people.deployments.some(
            ({ account: at, atMs, what }) =>
              at === account && what.startsWith('ceilings-less') && atMs > call.atMs - longestRunMs,
          );
          return beyond.length === 0 || isOlder
            ? undefined
            : broken('shared-in-order', `${ImageId} is shared beyond what the settings allow`, {
                ...about,
                beyond,
              });
        }
        if (call.operation !== 'PutParameter') return undefined;
        const { Value = '' } = call.input as { Value?: string };
        const { records, catalog } = universe.look.ledger(account);
        for (const record of records.values()) {
          for (const channel of Object.values(record.channels)) {
            if (channel.moving?.to.amis[call.site.region] !== Value) continue;
            const definition = catalog?.inForce?.catalog.images.find(({ key }) => key === record.key);
            const { shareWith } = universe.accounts.find(({ id }) => id === account)!.settings.ceilings;
            // Beside the write that notes that it is shared, the first write of a parameter is sent.
            const given = universe.look.ami(Value, call.site.region)?.grants;
            const missing = (definition?.share.accounts ?? []).filter(
              (id) => shareWith.accounts.includes(id) && given?.has(id) !== true,
            );
            if (missing.length === 0 || channel.moving.shared) continue;
            return broken(
              'shared-in-order',
              `${Value} goes into a parameter and is not shared with ${missing.join(', ')} yet`,
              {
                account,
                image: record.key,
              },
            );
          }
        }
        return undefined;
      },
    };
  },
};

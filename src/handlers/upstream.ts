import { readAnnouncement } from '../lib/announcement/read-announcement';
import { trust } from '../lib/announcement/trust';
import { readSnsEvent } from '../lib/events/sns-event';
import type { SnsMessage } from '../lib/events/sns-event';
import { recordUpstream } from '../lib/ledger/record-upstream';
import { atColdStart } from './cold-start';
import { recordingRuntime } from './recording-cold-start';
import type { Handler, Invocation, RecordingRuntime } from './runtime';
import { refuse, wake } from './wake';

/** Messages of topics that are followed: what a trusted one says is recorded, because it cannot be asked for again. */
export const onUpstream =
  (runtime: RecordingRuntime): Handler =>
  async (event, invocation) => {
    const read = readSnsEvent(event);
    if ('refused' in read) return refuse(runtime, 'upstream', 'MALFORMED', read.refused, invocation);
    for (const message of read.messages) await receive(runtime, message, invocation);
  };

async function receive(
  runtime: RecordingRuntime,
  message: SnsMessage,
  invocation?: Invocation,
): Promise<void> {
  const { settings, log } = runtime;
  const { topicArn, messageId } = message;
  const send = (recorded: number) =>
    wake(
      runtime,
      'upstream',
      {
        interest: 'act',
        wakeUp: { kind: 'upstream', topicArn, recorded },
        deduplicationId: `upstream:${messageId}`,
      },
      invocation,
    );
  if (settings.wakeTopics.includes(topicArn)) return send(0);

  const read = readAnnouncement(message.text);
  if ('refuse' in read) return refuse(runtime, 'upstream', read.refuse, read.why, invocation);
  const verdict = trust(read.announcement, {
    topicArn,
    upstreams: settings.upstreams,
    nowMs: runtime.nowMs(),
    self: settings,
  });
  if ('refuse' in verdict) return refuse(runtime, 'upstream', verdict.refuse, verdict.why, invocation);
  if ('unused' in verdict)
    return log.info('announcement not acted on yet', { topicArn, why: verdict.unused });

  const outcomes = await recordAll(runtime, verdict.accept);
  const recorded = outcomes.filter((outcome) => outcome === 'recorded').length;
  const single = 'image' in read.announcement;
  const [about] = verdict.accept;
  // An inventory repeats what is known; an announcement that says nothing new is late, doubled or made up.
  if (single && recorded === 0 && about !== undefined) {
    const why = `sequence ${about.sequence} of ${about.image}@${about.channel} is not new`;
    return refuse(runtime, 'upstream', 'SEQUENCE_OLD', why, invocation);
  }
  log.info('announcement', { topicArn, messageId, channels: outcomes.length, recorded });
  // What was recorded by an invocation that ended before it could send is found by the next tick.
  if (recorded > 0) await send(recorded);
}

/** An inventory has hundreds of channels; this many writes at once keep it within seconds. */
const writesAtOnce = 20;

async function recordAll(
  { table }: RecordingRuntime,
  records: Parameters<typeof recordUpstream>[1][],
): Promise<('recorded' | 'old')[]> {
  const outcomes: ('recorded' | 'old')[] = [];
  for (let from = 0; from < records.length; from += writesAtOnce) {
    const some = records.slice(from, from + writesAtOnce);
    outcomes.push(...(await Promise.all(some.map((record) => recordUpstream(table, record)))));
  }
  return outcomes;
}

export const handler = atColdStart(recordingRuntime, onUpstream);

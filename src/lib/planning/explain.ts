import { dayMs, hourMs, minuteMs, type InstantMs } from '../definitions/instant';
import type { Decision, UnchangedSince } from './decision';

export type Reason = Decision['reason'];
type Sentences = {
  [Code in Reason['code']]: (reason: Extract<Reason, { code: Code }>, nowMs: InstantMs | undefined) => string;
};

/** One plain sentence for a decision: `wait: base-al2023/arm64 is building`. */
export const explain = (decision: Decision, nowMs: InstantMs): string =>
  `${decision.kind}: ${explainReason(decision.reason, nowMs)}`;

/** The sentence without its kind. With `nowMs`, times to come also say how far off they are. */
export function explainReason(reason: Reason, nowMs?: InstantMs): string {
  const sentence = sentences[reason.code] as (reason: Reason, nowMs: InstantMs | undefined) => string;
  return sentence(reason, nowMs);
}

const sentences: Sentences = {
  'up-to-date': ({ amiId, bakedAtMs, inputHash, unchanged }) =>
    `${amiId} of ${day(bakedAtMs)} has input hash ${short(inputHash)}${sinceThen(unchanged)}`,
  'up-to-date-own-base': ({ amiId, bakedAtMs, inputHash, unchanged }) =>
    `${amiId} of ${day(bakedAtMs)} has input hash ${short(inputHash)}${sinceThen(unchanged)}; the template chooses its base itself, so a newer base does not make it due`,
  adopted: ({ amiId, by, atMs }) =>
    `${amiId} was adopted by ${by} on ${day(atMs)}, and counts as what bakery.yml asked for then`,
  pinned: ({ amiId, by, why, atMs, until, askedBy }) =>
    `pinned to ${amiId} by ${by} since ${time(atMs)} because ${unstopped(why)}; it stays until ${until === 'base' ? 'its base moves, ' : ''}a commit changes its inputs or somebody unpins it${askedBy === undefined ? '' : `, and so does the bake that ${askedBy} asked for`}`,

  'first-bake': () => 'it has never been published',
  withdrawn: ({ bakeId }) => `nothing is published since bake ${bakeId} was revoked`,
  'inputs-changed': ({ paths, commitId }) => `commit ${short(commitId)} changed ${list(paths)}`,
  'definition-changed': ({ commitId }) => `commit ${short(commitId)} changed its definition in bakery.yml`,
  'base-moved': ({ from, to }) => `its base moved${from ? ` from ${from}` : ''}${to ? ` to ${to}` : ''}`,
  schedule: ({ firedAtMs }) => `its schedule fired at ${time(firedAtMs)}`,
  asked: ({ by, why }) => `${by} asked for it${why === '' ? '' : `: ${why}`}`,
  retry: ({ attempt, class: failure }) => `the last attempt failed (${failure}), this is attempt ${attempt}`,

  'same-inputs': ({ bakeId, amiId, bakedAtMs }) =>
    `${amiId} of ${day(bakedAtMs)} (bake ${bakeId}) was made of the same inputs on the same base`,
  'ready-before': ({ bakeId, amiId, bakedAtMs }) =>
    `${amiId} of ${day(bakedAtMs)} (bake ${bakeId}) has been ready, and the window is open`,
  'policy-changed': () => 'sharing, tags or regions are not what bakery.yml says; that needs no bake',
  'regions-missing': ({ regions }) => `it is not in ${list(regions)} yet; that needs no bake`,

  baking: ({ bakeId, status, copies = [], attempt = 1 }) =>
    `bake ${bakeId} is ${status}${attempt > 1 ? ` (attempt ${attempt})` : ''}${copies.length === 0 ? '' : ` to ${list(copies)}`}`,
  publishing: ({ bakeId, channel, pending, copies = [] }) =>
    copies.length > 0
      ? `bake ${bakeId} is being copied to ${list(copies)} for ${channel}`
      : pending.length === 0
        ? `bake ${bakeId} is being published to ${channel}`
        : `bake ${bakeId} is being published to ${channel}; not confirmed yet: ${list(pending)}`,
  ancestor: ({ image, doing }) => `${image} is ${doing}`,
  promotion: ({ image, channel }) => `nothing of ${image} has come to its channel ${channel} yet`,
  window: ({ bakeId, opensAtMs }, nowMs) =>
    `window ${opensAtMs === undefined ? 'does not open in the next two weeks' : `opens ${at(opensAtMs, nowMs)}`}; bake ${bakeId} is ready for it`,
  leaving: ({ image, channel, revoked }) => `${image}@${channel} goes to a good bake: ${revoked}`,
  slots: ({ inUse, max, ahead }) =>
    `${inUse} of ${max} build slots are in use${ahead > 0 ? ` and ${count(ahead, 'image')} ${ahead === 1 ? 'is' : 'are'} ahead` : ''}`,
  'service-limit': ({ untilMs }, nowMs) =>
    `CodeBuild refused to start more builds; next try ${at(untilMs, nowMs)}`,
  backoff: ({ untilMs, attempt, class: failure }, nowMs) =>
    `the last attempt failed (${failure}); attempt ${attempt} follows ${at(untilMs, nowMs)}`,
  unknown: ({ what, why }) => `${what} could not be read: ${why}`,
  approval: ({ bakeId, group, untilMs }, nowMs) =>
    `bake ${bakeId} waits for approval by ${group}, which expires ${at(untilMs, nowMs)}`,
  observe: ({ would, because }) => `observe mode; otherwise ${would}: ${because}`,
  paused: ({ what, by, why, atMs }) =>
    `${what === 'bakery' ? 'the bakery is paused' : `${what} is paused`} by ${by} since ${time(atMs)}${why === '' ? '' : `: ${why}`}`,
  'reuse-lookup': ({ inputHash }) => `earlier bakes of input hash ${short(inputHash)} are being looked up`,

  failed: ({ class: failure, count: failures, bakeId, message }) =>
    `bake ${bakeId} failed (${failure}${failures > 1 ? `, ${failures} attempts` : ''}): ${unstopped(message)}; it is tried again when its inputs, base or schedule move, or when somebody asks`,
  base: ({ problem, why }) => `its base cannot be built on (${problem}): ${why}`,
  'no-base-yet': ({ image, withdrawn }) =>
    withdrawn === true
      ? `its base ${image} has no good bake left and is blocked itself`
      : `its base ${image} has never been published and is blocked itself`,
  'pinned-to-nothing': ({ bakeId, by, why, pinnedBy }) =>
    `bake ${bakeId} was revoked by ${by}: ${unstopped(why)}; the pin of ${pinnedBy} keeps everything newer out until somebody unpins it`,
  revoked: ({ revoked }) =>
    `${revoked}; another of the same inputs on the same base would be no better, and is baked when inputs, base or schedule move, or when somebody asks`,
  'ancestry-cycle': ({ through }) => `its base was built on this very image: ${through}`,
  runaway: ({ claims, hours }) =>
    `${claims} bakes in ${hours} hours without a commit, a schedule or a person; it goes on when one of these comes`,
  ceiling: ({ asked, setting }) => `the setting ${setting} does not allow ${asksFor[setting]}${list(asked)}`,
  'no-test-project': () =>
    'its bakes are to be tested, and the setting testProject names no build project for that',
  parameter: ({ why }) => `its channel could not be moved: ${unstopped(why)}; a person has to look`,
  removed: () => 'it is no longer in bakery.yml',
};

/** The nights that changed nothing. */
function sinceThen(unchanged: UnchangedSince | undefined): string {
  if (unchanged === undefined) return '';
  const { bakeId, atMs, times, packages } = unchanged;
  const equal = packages === undefined ? '' : ` (${count(packages, 'package')})`;
  return times === 1
    ? `; the bake of ${day(atMs)} (${bakeId}) was equal to it${equal} and was discarded`
    : `; ${times} bakes since were equal to it${equal} and were discarded, the last on ${day(atMs)} (${bakeId})`;
}

/** What goes beyond a ceiling, by the setting that says so. */
const asksFor: Record<Extract<Reason, { code: 'ceiling' }>['setting'], string> = {
  approvers: 'approval by ',
  'ceilings.shareWith': 'sharing with ',
  'ceilings.regions': 'copies to ',
  'ceilings.kmsKeys': 'the key ',
  'ceilings.parameterPrefixes': 'parameters under ',
};

const shownAtMost = 5;

function list(values: string[]): string {
  if (values.length <= shownAtMost) return values.join(', ');
  return `${values.slice(0, shownAtMost).join(', ')} and ${values.length - shownAtMost} more`;
}

const short = (id: string): string => (id.length > 12 ? `${id.slice(0, 12)}…` : id);
const day = (atMs: InstantMs): string => new Date(atMs).toISOString().slice(0, 10);
export const onDay = (atMs: InstantMs): string => time(atMs);
const time = (atMs: InstantMs): string =>
  `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
/** Without its full stop, as a part of a longer sentence. */
export const unstopped = (sentence: string): string => sentence.trim().replace(/\.$/, '');
const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

/** `at 2026-11-22 12:00 UTC (in 3 hours)`. */
export const inTime = (atMs: InstantMs, nowMs: InstantMs): string => at(atMs, nowMs);

function at(atMs: InstantMs, nowMs: InstantMs | undefined): string {
  const when = `at ${time(atMs)}`;
  return nowMs === undefined || atMs <= nowMs ? when : `${when} (in ${span(atMs - nowMs)})`;
}

function span(ms: number): string {
  if (ms < hourMs) return count(Math.max(1, Math.round(ms / minuteMs)), 'minute');
  return ms < 2 * dayMs ? count(Math.round(ms / hourMs), 'hour') : count(Math.round(ms / dayMs), 'day');
}

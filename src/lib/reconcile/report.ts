import type { ImageKey } from '../definitions/catalog';
import { inputPaths } from '../definitions/inputs';
import { baseId } from '../definitions/names';
import type { Problem } from '../definitions/problem';
import type { Command } from '../ledger/record-command';
import type { Approval } from '../lifecycle/approval';
import type { Published } from '../lifecycle/channel';
import type { Pin } from '../lifecycle/pin';
import type { RevokedBake } from '../lifecycle/revocation';
import type { Pause, Trouble as Failures } from '../lifecycle/image-record';
import type { Decision, Plan } from '../planning/decision';
import { explainFurther, furtherKind } from '../planning/explain-channel';
import { explainReason } from '../planning/explain';
import { definitionOf } from './definition-of';
import type { MirrorReport } from './mirror-channels';
import type { Run, Trouble } from './run';

/** What a reconcile found and decided, for people and programs: `bakery status --json` prints it. */
export interface Report {
  bakery: string;
  account: string;
  region: string;
  mode: string;
  atMs: number;
  /** Commit whose bakery.yml is in force; absent: none yet. */
  commitId?: string;
  /** A newer commit whose bakery.yml was refused. */
  refused?: { commitId: string; problems: Problem[] };
  /** The whole bakery is paused. */
  paused?: Pause;
  /** What people asked for and could not be carried out yet; absent: nothing. */
  commands?: Command[];
  /** Why nothing could be planned. */
  unknown?: string;
  images: ImageReport[];
  mirrors: { name: string; parameter?: string; amiId?: string; status: string; reason: string }[];
  troubles: Trouble[];
  /** Everything that could be done was done. */
  finished: boolean;
}

export interface ImageReport {
  image: ImageKey;
  channel: string;
  amiId?: string;
  bakeId?: string;
  bakedAtMs?: number;
  sequence?: number;
  commitId?: string;
  baseAmiId?: string;
  /** The tests that the published AMI has passed. */
  tests?: NonNullable<Published['tests']>;
  /** Who agreed that it was published. */
  approved?: NonNullable<Published['approved']>;
  /** The AMI was made elsewhere, and a person put it there. */
  adopted?: NonNullable<Published['adopted']>;
  /** The image is paused by itself; what is paused with the bakery or an ancestor says so in its reason. */
  paused?: Pause;
  /** Channels after the first; absent: there are none. */
  further?: FurtherReport[];
  /** A person holds the channel where it is. */
  pin?: Pin;
  /** Bakes of it that must not be used any more, newest first; absent: none. */
  revoked?: RevokedReport[];
  /** Bake that runs now. */
  live?: { bakeId: string; status: string; buildId?: string; approval?: Approval };
  decision: Decision['kind'];
  reasonCode: string;
  /** A sentence. */
  reason: string;
  /** Last lines of the build that failed. */
  lines?: string[];
  /** Where the base comes from, as in bakery.yml; absent where the image left it. */
  base?: string;
  /** What it is made of, template first; paths from the folder of bakery.yml. */
  inputs?: string[];
  /** The image of this bakery that it waits for. */
  waitsFor?: ImageKey;
  /** Since the image became due without a bake. */
  dueSinceMs?: number;
  /** What went wrong with the state that was tried last. */
  failure?: Omit<Failures, 'desired'>;
}

/** A bake that must not be used any more. */
export interface RevokedReport {
  bakeId: string;
  by: string;
  why: string;
  atMs: number;
  /** What was revoked, where that is something that it was built on: a bake, and its image. */
  through?: { bakeId: string; image: string };
}

/** A channel that bakes come to from the one before it. */
export interface FurtherReport {
  channel: string;
  amiId?: string;
  bakeId?: string;
  bakedAtMs?: number;
  sequence?: number;
  pin?: Pin;
  decision: ReturnType<typeof furtherKind>;
  reasonCode: string;
  /** A sentence. */
  reason: string;
}

export function report(run: Run, plan: Plan, mirrors: MirrorReport[], finished: boolean): Report {
  const { settings } = run.deps;
  const { catalog } = run.facts;
  const refused = run.ledger.catalog?.inForce?.refused;
  const { paused } = run.ledger.meta;
  return {
    bakery: settings.bakery,
    account: settings.account,
    region: settings.region,
    mode: settings.mode,
    atMs: run.nowMs,
    ...(catalog.known ? { commitId: catalog.value.commitId } : {}),
    ...(!catalog.known && settings.role === 'bakery' ? { unknown: catalog.why } : {}),
    ...(refused === undefined ? {} : { refused }),
    ...(paused === undefined ? {} : { paused }),
    ...(run.ledger.commands.length === 0 ? {} : { commands: run.ledger.commands }),
    images: (Object.entries(plan.decisions) as [ImageKey, Decision][])
      .map(([image, decision]) => imageReport(run, image, decision, furtherOf(run, plan, image)))
      .sort((a, b) => (a.image < b.image ? -1 : 1)),
    mirrors: mirrors.map(({ name, record, status }) => ({
      name,
      parameter: Object.values(record?.state.parameterNames ?? {})[0],
      amiId: record?.state.current?.amis[settings.region],
      status: status.code,
      reason: status.text,
    })),
    troubles: run.troubles,
    finished,
  };
}

function furtherOf(run: Run, { further }: Plan, image: ImageKey): FurtherReport[] {
  return further
    .filter((one) => one.image === image)
    .map(({ channel, state }) => {
      const { current, pin } = run.record(image)?.channels[channel] ?? {};
      return {
        channel,
        ...(current === undefined
          ? {}
          : {
              amiId: current.amis[run.deps.settings.region],
              bakeId: current.bakeId,
              bakedAtMs: current.bakedAtMs,
              sequence: current.sequence,
            }),
        ...(pin === undefined ? {} : { pin }),
        decision: furtherKind(state),
        reasonCode: state.code,
        reason: explainFurther(state, run.nowMs),
      };
    });
}

function imageReport(run: Run, image: ImageKey, decision: Decision, further: FurtherReport[]): ImageReport {
  const record = run.record(image);
  const definition = definitionOf(run, image);
  const channel = definition?.channels[0] ?? Object.keys(record?.channels ?? {})[0] ?? '';
  const { current, pin } = record?.channels[channel] ?? {};
  const live = record?.live;
  return {
    image,
    channel,
    ...(current === undefined
      ? {}
      : {
          amiId: current.amis[run.deps.settings.region],
          bakeId: current.bakeId,
          bakedAtMs: current.bakedAtMs,
          sequence: current.sequence,
          commitId: current.commitId,
          baseAmiId: current.baseAmiId,
          ...(current.approved === undefined ? {} : { approved: current.approved }),
          ...(current.tests === undefined ? {} : { tests: current.tests }),
          ...(current.adopted === undefined ? {} : { adopted: current.adopted }),
        }),
    ...(further.length === 0 ? {} : { further }),
    ...(pin === undefined ? {} : { pin }),
    ...(record?.revoked === undefined ? {} : { revoked: revokedReport(run, record.revoked) }),
    ...(record?.paused === undefined ? {} : { paused: record.paused }),
    ...(live === undefined
      ? {}
      : {
          live: {
            bakeId: live.id,
            status: live.status,
            buildId: live.test?.buildId ?? live.buildId,
            ...(live.approval === undefined ? {} : { approval: live.approval }),
          },
        }),
    decision: decision.kind,
    reasonCode: decision.reason.code,
    reason: explainReason(decision.reason, run.nowMs),
    ...('lines' in decision.reason ? { lines: decision.reason.lines } : {}),
    ...(definition === undefined ? {} : { base: baseId(definition.base), inputs: inputPaths(definition) }),
    ...(decision.kind === 'wait' && decision.reason.code === 'ancestor'
      ? { waitsFor: decision.reason.image }
      : {}),
    ...(record?.dueSinceMs === undefined ? {} : { dueSinceMs: record.dueSinceMs }),
    ...(record?.trouble === undefined ? {} : { failure: failureOf(record.trouble) }),
  };
}

function revokedReport(run: Run, marked: readonly RevokedBake[]): RevokedReport[] {
  return marked.toReversed().flatMap(({ bakeId, of }) => {
    const revocation = run.ledger.revocations.get(of);
    if (revocation === undefined) return [];
    const { by, why, atMs, image } = revocation;
    const itself = revocation.bakeId === bakeId;
    return [{ bakeId, by, why, atMs, ...(itself ? {} : { through: { bakeId: revocation.bakeId, image } }) }];
  });
}

const failureOf = ({ desired: _desired, ...failure }: Failures): ImageReport['failure'] => failure;

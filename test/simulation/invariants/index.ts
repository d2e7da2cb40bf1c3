import type { Invariant } from '../contract';
import { announcedAfterward, everyMoveAnnounced, sharedInOrder } from './announcements';
import { asksInVain } from './asks-in-vain';
import { approvedFirst, firstWordCounts } from './approved';
import { channelForward } from './channel-forward';
import { nobodyWaitsForever, noRunaway } from './coming-to-rest';
import { deletesOnlyRevoked } from './deleted-parameters';
import { deletesOnlyKnowing, keepsWhatIsUsed, wholeReads } from './deletions';
import { allRegions, everywhereFirst, noOrphans } from './distribution';
import { soaksFirst } from './further';
import { gateEndings } from './gate-endings';
import { economy, oneResult, secondClaim } from './one-result';
import { commandsCarriedOut } from './open-commands';
import { oneWrite, readBack, sameValue } from './parameters';
import { rollbackStays } from './pins';
import { actsOnce, onlyTrusted } from './receivers';
import { revokedDenied, revokedEverywhere, revokedLeaves, revokedOnly } from './revocations';
import { channelsUsable, retiresOnlyKnowing, retiresOnlyUnused } from './retirements';
import { settledAncestors } from './settled-ancestors';
import { soundBase } from './sound-base';
import { testedFirst, testedOnce } from './tested';
import { slots, transitions, versions } from './transitions';
import { oneBuild, trueEndings } from './true-endings';
import { catalogOfOneCommit, trueReasons } from './true-reasons';
import { followersCatchUp, truthAtRest } from './truth-at-rest';
import { unchangedNights } from './unchanged-nights';
import { insideWindow } from './window';
import { commandsKept, noticesSent } from './words-to-people';

/** Everything that must be so whatever happens. Each is an oracle of its own: none uses the planner or a lifecycle. */
export const invariants: Invariant[] = [
  // First, because the others go by the catalogs that it has seen.
  catalogOfOneCommit,
  transitions,
  versions,
  slots,
  oneResult,
  secondClaim,
  economy,
  oneBuild,
  trueEndings,
  unchangedNights,
  trueReasons,
  testedFirst,
  testedOnce,
  approvedFirst,
  firstWordCounts,
  gateEndings,
  soaksFirst,
  rollbackStays,
  insideWindow,
  everywhereFirst,
  soundBase,
  settledAncestors,
  channelForward,
  readBack,
  oneWrite,
  deletesOnlyRevoked,
  sameValue,
  sharedInOrder,
  announcedAfterward,
  everyMoveAnnounced,
  onlyTrusted,
  actsOnce,
  keepsWhatIsUsed,
  deletesOnlyKnowing,
  retiresOnlyUnused,
  retiresOnlyKnowing,
  channelsUsable,
  wholeReads,
  noticesSent,
  commandsKept,
  commandsCarriedOut,
  noRunaway,
  asksInVain,
  nobodyWaitsForever,
  truthAtRest,
  allRegions,
  noOrphans,
  followersCatchUp,
  revokedDenied,
  revokedLeaves,
  revokedEverywhere,
  revokedOnly,
];

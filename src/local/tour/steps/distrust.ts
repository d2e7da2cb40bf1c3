import { composePublished } from '../../../lib/announcement/compose';
import { dayMs } from '../../../lib/definitions/instant';
import type { UpstreamRecord } from '../../../lib/lifecycle/upstream-record';
import { names, region } from '../../bakery/deployment';
import { Expectations } from '../expectations';
import type { Tour, TourStep } from '../step';

/** An account that nobody follows. */
const stranger = '666666666666';
const forgedAmi = 'ami-0bad0bad0bad0bad0';

/** Announcements that are forged, out of date or from the far future: refused, each with its reason, and nothing moves. */
export const distrust: TourStep = {
  id: 'distrust',
  title: 'Forged, out-of-date and far-future announcements: refused with reasons',
  async run(tour) {
    const followers = followersOf(tour);
    const follower = followers[0]!;
    const known = [...(await tour.look.ledger(follower.account)).upstreams.values()][0];
    if (known === undefined)
      return { ok: false, detail: `account ${follower.account} has heard no announcement yet` };
    const before = await ledgers(tour);

    const { topicArn } = follower.upstreams[0]!;
    const nowMs = tour.bakery.clock.now();
    const lies = [
      { code: 'TOPIC_NOT_FOLLOWED', from: stranger, speaksFor: known.account, sequence: known.sequence + 1 },
      { code: 'WRONG_ACCOUNT', from: known.account, speaksFor: stranger, sequence: known.sequence + 1 },
      { code: 'SEQUENCE_OLD', from: known.account, speaksFor: known.account, sequence: known.sequence - 1 },
      { code: 'SEQUENCE_FUTURE', from: known.account, speaksFor: known.account, sequence: nowMs + 2 * dayMs },
    ];
    const strangersTopic = tour.bakery.aws.sns.createTopic({ account: stranger, region }, names.topic, {
      maySubscribe: ['*'],
    });
    await subscribe(tour, strangersTopic, follower.account);
    for (const { from, ...lie } of lies) {
      await publish(tour, from, from === stranger ? strangersTopic : topicArn, announcement(known, lie));
    }
    await tour.bakery.settle();

    const check = new Expectations()
      .that('what the followers had recorded stays as it was', (await ledgers(tour)) === before)
      .same('builds', tour.record.builtImages(), []);
    for (const { account } of followers) {
      const expected = lies.filter(({ from }) => from !== stranger || account === follower.account);
      check.same(
        `refused in ${account}`,
        refusals(tour, account).map(({ code }) => code),
        expected.map(({ code }) => code),
      );
    }
    const told = refusals(tour, follower.account).map(({ code, why }) => `${code} (${why})`);
    return check.verdict(
      `Account ${follower.account} refused ${told.join('; ')}. Its base stays ${Object.values(known.amis)[0]}.`,
    );
  },
};

const followersOf = ({ bakery }: Tour) =>
  bakery.deployments.map(({ settings }) => settings).filter(({ upstreams }) => upstreams.length > 0);

/** Everything the followers know of others, and what they made of it, as one text. */
async function ledgers(tour: Tour): Promise<string> {
  const states = await Promise.all(
    followersOf(tour).map(async ({ account }) => {
      const { upstreams, records, mirrors } = await tour.look.ledger(account);
      return [[...upstreams], [...records], [...mirrors], [...tour.look.parameters(account)]];
    }),
  );
  return JSON.stringify(states);
}

function announcement(known: UpstreamRecord, lie: { speaksFor: string; sequence: number }) {
  const { bakery, image, channel, bakeId, inputHash, commitId, ancestry, publishedAtMs } = known;
  const published = {
    image,
    bakeId,
    inputHash,
    commitId,
    ancestry,
    publishedAtMs,
    contentDigest: '',
    notBefore: 0,
    inputs: [],
    bakedAtMs: publishedAtMs,
    amis: { [region]: forgedAmi },
    sequence: lie.sequence,
  };
  return composePublished({ bakery, account: lie.speaksFor }, image, channel, published, []);
}

/** Somebody in the follower's account was talked into it. */
async function subscribe(tour: Tour, topicArn: string, account: string): Promise<void> {
  const Endpoint = `arn:aws:lambda:${region}:${account}:function:upstream`;
  const at = { account, region, caller: 'person:mallory' };
  await tour.bakery.aws.services.call(
    'SNS',
    'Subscribe',
    { TopicArn: topicArn, Protocol: 'lambda', Endpoint },
    at,
  );
}

async function publish(
  tour: Tour,
  account: string,
  topicArn: string,
  message: ReturnType<typeof announcement>,
): Promise<void> {
  const attributes = Object.entries(message.attributes).map(([name, StringValue]) => [
    name,
    { DataType: 'String', StringValue },
  ]);
  await tour.bakery.aws.services.call(
    'SNS',
    'Publish',
    {
      TopicArn: topicArn,
      Subject: message.subject,
      Message: message.body,
      MessageAttributes: Object.fromEntries(attributes) as object,
    },
    { account, region, caller: 'person:mallory' },
  );
}

const refusals = (tour: Tour, account: string) =>
  tour.record.lines.flatMap((line) =>
    line.account === account && line.function === 'upstream' && line.message === 'event refused'
      ? [{ code: String(line['code']), why: String(line['why']) }]
      : [],
  );

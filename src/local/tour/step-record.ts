import type { CallRecord } from '../aws/call-log';
import type { DeliveryRecord } from '../aws/deliveries';
import type { Notice } from '../aws/sns';
import type { LoggedLine } from '../bakery/function-log';
import { names } from '../bakery/deployment';
import type { LocalBakery } from '../bakery/local-bakery';

export interface StartedBuild {
  account: string;
  /** `web/x86_64` */
  image: string;
  bakeId: string;
  /** It tests this AMI; absent: it bakes one. */
  candidate?: string;
}

export interface SentAnnouncement {
  account: string;
  schema: string;
  /** `web/x86_64`; absent for an inventory. */
  image?: string;
}

/** What happened in the world since it was made: read from the world's records, whoever caused it. */
export class StepRecord {
  readonly #from: { calls: number; deliveries: number; notices: number; lines: number };

  constructor(private readonly bakery: LocalBakery) {
    const { aws, logs } = bakery;
    this.#from = {
      calls: aws.log.records.length,
      deliveries: aws.deliveries.records.length,
      notices: aws.sns.notices.length,
      lines: logs.lines.length,
    };
  }

  /** Calls of an operation that were answered. */
  calls(service: string, operation: string): CallRecord[] {
    return this.bakery.aws.log.records
      .slice(this.#from.calls)
      .filter((call) => call.service === service && call.operation === operation && call.outcome === 'ok');
  }

  get deliveries(): DeliveryRecord[] {
    return this.bakery.aws.deliveries.records.slice(this.#from.deliveries);
  }

  /** What owners were told. */
  get notices(): Notice[] {
    return this.bakery.aws.sns.notices.slice(this.#from.notices);
  }

  get lines(): LoggedLine[] {
    return this.bakery.logs.lines.slice(this.#from.lines);
  }

  /** Bakes that CodeBuild was asked to start. */
  builds(): StartedBuild[] {
    return this.#started().filter(({ candidate }) => candidate === undefined);
  }

  /** A request that was repeated under its token counts once. */
  #started(): StartedBuild[] {
    const byToken = new Map<string, StartedBuild>();
    for (const call of this.calls('CodeBuild', 'StartBuild')) {
      const { idempotencyToken = '', environmentVariablesOverride = [] } = call.input as {
        idempotencyToken?: string;
        environmentVariablesOverride?: { name: string; value: string }[];
      };
      const variable = (wanted: string) =>
        environmentVariablesOverride.find(({ name }) => name === wanted)?.value ?? '';
      byToken.set(idempotencyToken, {
        account: call.site.account,
        image: variable('BAKERY_IMAGE'),
        bakeId: variable('BAKE_ID'),
        ...(variable('CANDIDATE_AMI') === '' ? {} : { candidate: variable('CANDIDATE_AMI') }),
      });
    }
    return [...byToken.values()];
  }

  /** `111111111111 web/x86_64` for each build. */
  builtImages(): string[] {
    return this.builds().map(({ account, image }) => `${account} ${image}`);
  }

  /** Likewise, for each test of a candidate. */
  testedImages(): string[] {
    const tests = this.#started().filter(({ candidate }) => candidate !== undefined);
    return tests.map(({ account, image }) => `${account} ${image}`);
  }

  /** What bakeries published to their topics. */
  announcements(): SentAnnouncement[] {
    return this.calls('SNS', 'Publish').flatMap((call) => {
      const { TopicArn, Message } = call.input as { TopicArn: string; Message: string };
      if (!TopicArn.endsWith(`:${names.topic}`) || !call.site.caller.startsWith('lambda:')) return [];
      const { schema, image, architecture } = JSON.parse(Message) as Record<string, string>;
      return [
        {
          account: call.site.account,
          schema: schema ?? '',
          ...(image === undefined ? {} : { image: `${image}/${architecture}` }),
        },
      ];
    });
  }

  announcedImages(): string[] {
    return this.announcements().flatMap(({ account, schema, image }) =>
      schema === 'ami-bakery/image-published/1' ? [`${account} ${image}`] : [],
    );
  }
}

import { AwsError } from '../../src/lib/aws/errors';
import type { Queue, Table, TableItem } from '../../src/lib/aws/edges';
import { createLogger } from '../../src/lib/log/logger';
import { checkSettings } from '../../src/lib/settings/read-settings';
import type { RecordingRuntime } from '../../src/handlers/runtime';

/** A runtime whose queue, table and log are kept in memory, and can be made to fail. */
export class TestRuntime implements RecordingRuntime {
  readonly sent: { body: unknown; deduplicationId: string }[] = [];
  readonly items = new Map<string, TableItem>();
  readonly logged: Record<string, unknown>[] = [];
  failing: { queue?: Error; table?: Error } = {};
  nowMs: () => number;
  newId = () => '01jd6t3v8k';
  settings;

  constructor(settings: Record<string, unknown>, now: string) {
    this.settings = checkSettings(settings);
    this.nowMs = () => Date.parse(now);
  }

  log = createLogger({
    write: (line) => this.logged.push(JSON.parse(line) as Record<string, unknown>),
    nowMs: () => 0,
  });

  queue: Queue = {
    send: async ({ body, deduplicationId }) => {
      if (this.failing.queue) throw this.failing.queue;
      this.sent.push({ body: JSON.parse(body), deduplicationId });
    },
  };

  /** Knows the two conditions that recording functions use, on single puts. */
  table: Table = {
    query: async () => [...this.items.values()],
    get: async (pk, sk) => this.items.get(`${pk} ${sk}`),
    write: async ([write, ...others]) => {
      if (this.failing.table) throw this.failing.table;
      if (write?.kind !== 'put' || others.length > 0) throw new Error('single puts only');
      const { item, condition } = write;
      const key = `${item.pk} ${item.sk}`;
      const old = this.items.get(key);
      const refused =
        old !== undefined &&
        (condition.kind === 'absent' ||
          (condition.kind === 'absent-or-lower' && Number(old[condition.attribute]) >= condition.value));
      if (refused) throw new AwsError('CONDITION_FAILED', 'dynamodb.PutItem', 'm', { cause: undefined });
      this.items.set(key, item);
    },
  };

  get counted(): unknown[] {
    return this.logged.filter((line) => 'EventsRefused' in line).map((line) => line['reason']);
  }
  get messages(): unknown[] {
    return this.logged.filter((line) => 'message' in line).map((line) => line['message']);
  }
}

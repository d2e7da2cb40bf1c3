import type { World } from './world';

export interface QueueOptions {
  /** Default 30 s. */
  visibilityTimeoutMs?: number;
  /** Where messages go that were received `maxReceiveCount` times without being deleted. */
  deadLetter?: { queueName: string; maxReceiveCount: number };
}

export interface QueuedMessage {
  messageId: string;
  body: string;
  groupId: string;
  deduplicationId: string;
  sequence: number;
  sentAtMs: number;
  firstReceivedAtMs: number | undefined;
  receiveCount: number;
  /** Hidden from receivers until then. */
  visibleFromMs: number;
  receiptHandle: string | undefined;
}

/** Equal deduplication ids within five minutes are one message (documented). */
const DEDUPLICATION_MS = 5 * 60_000;

/** A FIFO queue: order and at most one batch under way in each message group. */
export class FifoQueue {
  messages: QueuedMessage[] = [];
  readonly #seen = new Map<string, { messageId: string; sequence: number; atMs: number }>();
  #sequence = 0;

  constructor(
    readonly name: string,
    readonly options: QueueOptions,
    private readonly world: Pick<World, 'clock' | 'chance'>,
    /** Called with each message that has been received too often. */
    private readonly toDeadLetter: (message: QueuedMessage) => void,
  ) {}

  get visibilityTimeoutMs(): number {
    return this.options.visibilityTimeoutMs ?? 30_000;
  }

  /** Answers the id that the first message of these five minutes got. */
  send(
    body: string,
    groupId: string,
    deduplicationId: string,
  ): { messageId: string; sequence: number; fresh: boolean } {
    const nowMs = this.world.clock.now();
    const seen = this.#seen.get(deduplicationId);
    if (seen !== undefined && nowMs - seen.atMs < DEDUPLICATION_MS) return { ...seen, fresh: false };
    const messageId = this.world.chance.uuid();
    const sequence = ++this.#sequence;
    this.#seen.set(deduplicationId, { messageId, sequence, atMs: nowMs });
    this.messages.push({
      messageId,
      body,
      groupId,
      deduplicationId,
      sequence,
      sentAtMs: nowMs,
      firstReceivedAtMs: undefined,
      receiveCount: 0,
      visibleFromMs: nowMs,
      receiptHandle: undefined,
    });
    return { messageId, sequence, fresh: true };
  }

  /** Messages in order, at most `max`, none of a group that has one hidden; they are hidden for the time-out. */
  receive(max: number, visibilityTimeoutMs = this.visibilityTimeoutMs): QueuedMessage[] {
    const nowMs = this.world.clock.now();
    const blocked = new Set(this.messages.filter((m) => m.visibleFromMs > nowMs).map((m) => m.groupId));
    const received: QueuedMessage[] = [];
    for (const message of [...this.messages]) {
      if (received.length === max) break;
      if (blocked.has(message.groupId) || this.#isDead(message)) continue;
      message.receiveCount += 1;
      message.firstReceivedAtMs ??= nowMs;
      message.visibleFromMs = nowMs + visibilityTimeoutMs;
      message.receiptHandle = this.world.chance.hex(32);
      received.push({ ...message });
    }
    return received;
  }

  /** Unknown or outdated handles are accepted and do nothing, as SQS does for a message that is gone. */
  delete(receiptHandle: string): void {
    this.messages = this.messages.filter((message) => message.receiptHandle !== receiptHandle);
  }

  /** Hides a received message for another while; 0 shows it at once. */
  hide(receiptHandle: string, forMs: number): void {
    const message = this.messages.find((one) => one.receiptHandle === receiptHandle);
    if (message !== undefined) message.visibleFromMs = this.world.clock.now() + forMs;
  }

  /** World time at which the next message can be received, if there is one. */
  get nextVisibleMs(): number | undefined {
    if (this.messages.length === 0) return undefined;
    return Math.min(...this.messages.map((message) => message.visibleFromMs));
  }

  #isDead(message: QueuedMessage): boolean {
    const limit = this.options.deadLetter?.maxReceiveCount;
    if (limit === undefined || message.receiveCount < limit) return false;
    this.messages = this.messages.filter((other) => other !== message);
    this.toDeadLetter(message);
    return true;
  }
}

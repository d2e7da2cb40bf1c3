import { ulid } from 'ulid';
import { Chance } from '../../../src/local/aws/chance';
import { VirtualClock } from '../../../src/local/aws/clock';
import { createWorld, type LocalAws } from '../../../src/local/aws/create-world';
import type { Item } from '../../../src/local/aws/dynamodb-item';
import type { Handler } from '../../../src/local/aws/functions';
import type { AnsweredCall } from '../../../src/local/aws/registry';
import {
  accountFunction,
  functionNames,
  type FunctionName,
} from '../../../src/local/bakery/account-functions';
import { deploy } from '../../../src/local/bakery/deploy';
import { names, region } from '../../../src/local/bakery/deployment';
import { seedPublicAmis } from '../../../src/local/bakery/public-amis';
import { LocalCodeBuild, type CodeBuildOptions } from '../../../src/local/builds/codebuild';
import { MemoryCodeCommit } from '../../../src/local/git/memory-codecommit';
import { dayMs, hourMs } from '../../../src/lib/definitions/instant';
import { checkSettings } from '../../../src/lib/settings/read-settings';
import type { Settings } from '../../../src/lib/settings/settings';
import type { People, SimAccount, SimEvent, Universe, Violation } from '../contract';
import type { Plan } from '../plan/plan';
import { copyKey, families, farRegions } from '../plan/catalog';
import type { BuildRun } from '../../../src/local/builds/build-run';
import { SimBuilds } from './builds';
import { RecordedCall, SimSite } from './call';
import type { ClientPool, ClientSet } from './client-pool';
import { Container } from './container';
import { DecodedChange, DecodedItems } from './decoded-items';
import { Desk } from './desk';
import { GitCodeCommit } from './git-codecommit';
import { Hooks } from './hooks';
import { TrueLook } from './look';
import { OpenEvent } from './open-event';
import { settingsOf } from './settings';
import { SimTests } from './test-builds';
import { ToldPackages } from './told-packages';

/** As in serverless.yml: a function that takes longer is killed. */
const timeoutMs: Partial<Record<FunctionName, number>> = {
  reconcile: 300_000,
  janitor: 300_000,
  retire: 600_000,
};
const otherTimeoutMs = 60_000;

/** Where calls go over a socket, and repos are real ones. */
export interface OverHttp {
  endpoint: string;
  /** A folder for git repositories. */
  gitRoot: string;
}

/** Name of an AMI that a bakery copied: after its bake's id comes which copy it is. */
const isCopy = /\bb-[0-9a-z]{26}-/;

/** Who is told of what happens, in the order in which it happens. */
export interface Watcher {
  call(call: RecordedCall): void;
  event(event: SimEvent): void;
  log(line: { account: string; function: string; text: string }): void;
}

/** The real handlers and edges of all accounts of a plan, on the fake AWS, with one seed's chance and clock. */
export class SimUniverse implements Universe {
  readonly seed: number;
  readonly region = region;
  readonly accounts: SimAccount[];
  readonly aws: LocalAws;
  readonly clock: VirtualClock;
  readonly desk: Desk;
  readonly look: TrueLook;
  readonly people: People = {
    pushes: [],
    commands: [],
    tampering: [],
    vendorAmis: [],
    deployments: [],
    uses: [],
  };
  readonly calls: RecordedCall[] = [];
  readonly events: SimEvent[] = [];
  readonly violations: Violation[] = [];
  readonly hooks: Hooks;
  readonly items = new DecodedItems();
  readonly codebuildOptions: CodeBuildOptions;
  /** What builds find in the repositories of the vendors. */
  readonly packages: ToldPackages;
  /** By account: by how much its functions' clocks are wrong. */
  readonly skews = new Map<string, number>();
  /** By account: what its templates name in place of what they made, and how often yet. */
  readonly wrongTemplates = new Map<string, { names: 'older' | 'foreign'; times: number }>();
  /** Invocations that go on, by account. */
  readonly open = new Map<string, number>();
  codecommit!: MemoryCodeCommit;
  codebuild!: LocalCodeBuild;
  readonly #watchers: Watcher[] = [];
  readonly #idle = new Map<string, Container[]>();
  readonly #sets: ClientSet[] = [];
  readonly #ids: ReturnType<typeof idsFrom>;
  #begun = 0;
  #copies = 0;

  constructor(
    readonly plan: Plan,
    private readonly parts: { clients: ClientPool; hooks?: Hooks; http?: OverHttp },
  ) {
    const { services } = plan;
    this.seed = plan.seed;
    this.hooks = parts.hooks ?? new Hooks();
    // Public parameters and AMIs have been there for longer than any read lags.
    this.clock = new VirtualClock(plan.startMs - hourMs);
    const chance = new Chance(plan.seed ^ 0x5eed);
    this.packages = new ToldPackages(plan.seed, plan.nights);
    this.desk = new Desk(() => this.clock.now(), chance);
    this.accounts = plan.accounts.map((account) => ({
      id: account.id,
      role: account.role,
      settings: settingsOf(account, plan, parts.http?.endpoint),
      follows: account.follows.map((index) => plan.accounts[index]!.id),
    }));
    const stop = (run: BuildRun) =>
      void this.codebuild.StopBuild({ id: run.id }, { ...run, caller: 'person' });
    const common = { aws: () => this.aws, desk: this.desk, chance, longestMs: services.longestBuildMs, stop };
    const runner = new SimBuilds({
      ...common,
      tests: { project: names.testProject, runner: new SimTests(common) },
      imageReadyMs: services.imageReadyMs,
      ownBase: (_run, isArm) => {
        const name = families[0].parameter.replace('{arch}', isArm ? 'arm64' : 'x86_64');
        return this.aws.ssm.stored({ account: '', region }, name)!.newest!.value;
      },
      tells: (run) => this.packages.by(run),
      wrongResult: (run, made) => this.#wrongResult(run.account, made),
    });
    this.codebuildOptions = { runner, accountLimit: 20 };
    const ids = this.accounts.map(({ id }) => id);
    this.aws = createWorld({
      clock: this.clock,
      seed: plan.seed,
      keepRecords: true,
      noIo: parts.http === undefined,
      accounts: ids.map((id) => ({
        id,
        region,
        tables: [names.table],
        queues: [{ name: names.queue, visibilityTimeoutMs: 360_000 }],
        topics: [{ name: names.topic, maySubscribe: ids }, { name: names.noticeTopic }],
      })),
      dynamodb: {
        pageBytes: services.pageBytes,
        onChange: ({ at, before, after }) => {
          this.look.changed(at.account);
          if (at instanceof SimSite) at.ledger.push(new DecodedChange(this.items, at.account, before, after));
        },
      },
      ssm: {
        validationMs: services.validationMs,
        readLagMs: services.readLagMs,
        refuseConcurrentWrites: services.refuseConcurrentWrites,
        fate: (write, at) => {
          const target = () => write.Name ?? '';
          if (this.desk.strikes('parameter-never-takes', at.account, target) !== undefined) return 'lost';
          const late = this.desk.strikes('write-late', at.account, target);
          return late === undefined ? undefined : { validationMs: late.ms };
        },
      },
      events: { jitterMs: services.eventJitterMs },
      ec2: {
        imageReadyMs: services.imageReadyMs,
        shareDelayMs: services.shareDelayMs,
        copyReadyMs: plan.copies.readyMs,
        copiesAtOnce: plan.copies.atOnce,
        ...(plan.retires === true ? { pageLimit: 1 } : {}),
        showDelayMs: plan.copies.showDelayMs,
        imageFails: (name) => isCopy.test(name) && plan.copies.failing.includes((this.#copies += 1)),
      },
      extend: (world) => {
        this.codebuild = new LocalCodeBuild(world, this.codebuildOptions);
        if (parts.http === undefined) {
          this.codecommit = new MemoryCodeCommit(world);
          return { CodeCommit: this.codecommit, CodeBuild: this.codebuild };
        }
        const git = new GitCodeCommit(world, parts.http.gitRoot);
        this.codecommit = git;
        return { CodeCommit: git.service, CodeBuild: this.codebuild };
      },
    });
    this.look = new TrueLook(this.aws, () => this.codebuild, this.items);
    this.#ids = idsFrom(this.aws.chance);
    this.#obeyFates();
    this.aws.services.onAnswer = (call) => this.#answered(call);
    if (plan.copies.travels) this.#makeKeys();
    seedPublicAmis(this.aws, region, plan.startMs - dayMs);
    this.clock.advanceTo(plan.startMs);
    for (const account of this.accounts) this.#deploy(account);
  }

  /** Where repos are real ones: before anything is pushed. */
  async createRepos(): Promise<void> {
    const gitRoot = this.parts.http?.gitRoot;
    if (gitRoot === undefined || !(this.codecommit instanceof GitCodeCommit)) return;
    for (const { id, settings } of this.accounts) {
      if (settings.repo !== undefined) await this.codecommit.create(id, region, settings.repo.name, gitRoot);
    }
  }

  get faults() {
    return this.desk.struck;
  }

  get shareDelayMs(): number {
    return this.plan.services.shareDelayMs;
  }

  nowMs(): number {
    return this.clock.now();
  }

  watch(watcher: Watcher): void {
    this.#watchers.push(watcher);
  }

  account(index: number): SimAccount {
    return this.accounts[index]!;
  }

  /** New settings, as a deployment brings them: containers of the old ones take nothing more. */
  redeploy(account: SimAccount, changes: Partial<Settings>): void {
    account.settings = checkSettings({ ...account.settings, ...changes });
    for (const name of functionNames) this.#idle.delete(`${account.id}/${name}`);
  }

  /** As somebody who calls AWS without any function. */
  async as(
    caller: string,
    account: string,
    service: string,
    operation: string,
    input: object,
  ): Promise<unknown> {
    return this.aws.services.call(service, operation, input, { account, region, caller });
  }

  close(): void {
    for (const set of this.#sets) this.parts.clients.give(set);
    this.aws.close();
  }

  #wrongResult(account: string, made: string): string | undefined {
    const wrong = this.wrongTemplates.get(account);
    if (wrong === undefined || wrong.times === 0) return undefined;
    wrong.times -= 1;
    const older = this.look.amisOf(account).find(({ image }) => image.ImageId !== made)?.image.ImageId;
    if (wrong.names === 'older' && older !== undefined) return older;
    return this.aws.ssm.stored({ account: '', region }, families[0].parameter.replace('{arch}', 'x86_64'))
      ?.newest?.value;
  }

  #makeKeys(): void {
    for (const { id: account } of this.accounts) {
      for (const at of [region, ...farRegions])
        this.aws.kms.createKey({ account, region: at }, { alias: copyKey });
    }
  }

  #deploy(account: SimAccount): void {
    const functions = Object.fromEntries(
      functionNames.map((name): [FunctionName, Handler] => [
        name,
        (payload, { invokedFunctionArn }) => this.#invoke(account, name, payload, invokedFunctionArn),
      ]),
    ) as unknown as Record<FunctionName, Handler>;
    const { settings } = account;
    deploy(
      this.aws,
      this.codebuild,
      { title: account.id, settings },
      { functions, buildspec: 'version: 0.2' },
    );
  }

  /** Calls fail, before or after they took effect, as was decided when they were sent. */
  #obeyFates(): void {
    const fate = ({ at }: { at: unknown }) => (at instanceof SimSite ? at.fate : undefined);
    const killed = () => Object.assign(new Error('the Lambda is gone'), { name: 'Killed' });
    this.aws.faults.add({
      label: 'before',
      when: (call) => fate(call)?.kind === 'before' || fate(call)?.kind === 'killed-before',
      before: (call) => {
        const it = fate(call);
        return it?.kind === 'before' ? it.error() : killed();
      },
    });
    this.aws.faults.add({
      label: 'after',
      when: (call) => fate(call)?.kind === 'after' || fate(call)?.kind === 'killed-after',
      after: (call) => {
        const it = fate(call);
        (call.at as SimSite).tookEffect = true;
        return it?.kind === 'after' ? it.error() : killed();
      },
    });
  }

  #answered({ record, input, output, at }: AnsweredCall): void {
    const site = at instanceof SimSite ? at : undefined;
    const outcome = record.outcome === 'Killed' ? 'killed' : record.outcome;
    const tookEffect = record.outcome === 'ok' || site?.tookEffect === true;
    const seen = { input, output, outcome, tookEffect };
    const call = new RecordedCall(this.calls.length, record, seen, site?.event, site?.ledger ?? []);
    this.calls.push(call);
    const open = site === undefined ? undefined : this.#openEvents.get(site.event);
    open?.calls.push(call);
    for (const watcher of this.#watchers) watcher.call(call);
    if (open === undefined) call.forget();
  }

  readonly #openEvents = new Map<number, OpenEvent>();

  async #invoke(
    account: SimAccount,
    name: FunctionName,
    payload: unknown,
    invokedFunctionArn: string,
  ): Promise<unknown> {
    const { clock, desk } = this;
    const skewMs = this.skews.get(account.id) ?? 0;
    const event = new OpenEvent((this.#begun += 1), account.id, name, payload, clock.now(), skewMs);
    this.#openEvents.set(event.index, event);
    this.open.set(account.id, (this.open.get(account.id) ?? 0) + 1);
    const slow = desk.strikes('call-slow', account.id, () => name, { event: event.index });
    if (slow !== undefined) event.slowMs = slow.ms;
    const container = this.#take(account, name);
    container.event = event;
    const endsAtMs = clock.now() + (timeoutMs[name] ?? otherTimeoutMs);
    this.aws.scheduler.after(endsAtMs - clock.now(), `${name} runs out of time`, () => {
      if (!this.#openEvents.has(event.index)) return;
      container.dead = true;
      event.kill();
    });
    const context = {
      awsRequestId: `event-${event.index}`,
      invokedFunctionArn,
      getRemainingTimeInMillis: () => Math.max(0, endsAtMs - clock.now()),
    } as Parameters<Handler>[1];
    try {
      const answer = await Promise.race([container.handler(payload, context), event.killed]);
      this.#close(event, container, { outcome: 'ok', answer });
      return answer;
    } catch (error) {
      const outcome = event.wasKilled ? 'killed' : error instanceof Error ? error.name : String(error);
      this.#close(event, container, { outcome, error });
      throw error;
    }
  }

  #close(event: OpenEvent, container: Container, end: Pick<SimEvent, 'outcome' | 'error' | 'answer'>): void {
    this.#openEvents.delete(event.index);
    this.open.set(event.account, this.open.get(event.account)! - 1);
    if (!container.dead && container.settings === this.#settingsOf(event.account)) {
      container.event = undefined;
      this.#idle.get(`${container.account}/${container.name}`)?.push(container);
    }
    const closed = event.close(this.clock.now(), end);
    this.events.push(closed);
    for (const watcher of this.#watchers) watcher.event(closed);
    for (const call of event.calls) call.forget();
  }

  #settingsOf(account: string): Settings | undefined {
    return this.accounts.find(({ id }) => id === account)?.settings;
  }

  #take(account: SimAccount, name: FunctionName): Container {
    const key = `${account.id}/${name}`;
    let idle = this.#idle.get(key);
    if (idle === undefined) this.#idle.set(key, (idle = []));
    return idle.pop() ?? this.#coldStart(account, name);
  }

  #coldStart(account: SimAccount, name: FunctionName): Container {
    const set = this.parts.clients.take(region);
    this.#sets.push(set);
    const parts = {
      aws: this.aws,
      codebuild: () => this.codebuild,
      desk: this.desk,
      callHooks: this.hooks.callHooks,
    };
    const container = new Container(parts, account.id, name, set);
    const { settings } = account;
    container.settings = settings;
    const handler = accountFunction(
      {
        aws: { clock: container, chance: this.aws.chance, services: this.aws.services },
        logs: {
          writer: (accountId, functionName) => (text) => {
            for (const watcher of this.#watchers)
              watcher.log({ account: accountId, function: functionName, text });
          },
        },
        ids: this.#ids,
        clients: () => set.clients,
        wrap: this.hooks.wrap,
      },
      settings,
      name,
    );
    container.handler = this.hooks.handlers.reduce(
      (inner, hook) => (hook.name === name ? hook.wrap(inner, settings) : inner),
      handler,
    );
    return container;
  }

  /** Puts something into a table that no call has put there. */
  putBehind(account: string, item: Item): void {
    this.aws.dynamodb.putBehind({ account, region }, names.table, item);
    this.look.changed(account);
  }
}

/** As in Lambda, where no function knows what another one drew: later ids are larger only where clocks say later. */
function idsFrom(chance: Chance) {
  const plain = (nowMs: number) => ulid(nowMs, () => chance.next()).toLowerCase();
  return { bakeId: (nowMs: number) => `b-${plain(nowMs)}`, plain };
}

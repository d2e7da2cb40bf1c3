import { hourMs, minuteMs } from '../../../src/lib/definitions/instant';
import { parameterName } from '../../../src/lib/definitions/names';
import { region } from '../../../src/local/bakery/deployment';
import { amiIdFor } from '../../../src/local/bakery/public-amis';
import type { Push, Tampering } from '../contract';
import { applyEdit } from '../plan/edit';
import { families, toFiles, type SimCatalog } from '../plan/catalog';
import type { Happening, Life as Planned } from '../plan/plan';
import { FaultInjection } from './fault-injection';
import type { SimUniverse } from './sim-universe';
import { Revoking } from './revoking';
import { Steering } from './steering';
import { Users } from './users';

type Of<Do extends Planned['do']> = Extract<Planned, { do: Do }>;

/** A day by its own clock is a minute and a half: it comes a little less often than that. */
const retireEveryMs = 2 * minuteMs;

/** Carries a plan out: people, vendors, clocks, and the faults that are put in. */
export class Life {
  /** Every catalog that was pushed, by account. */
  readonly #catalogs: SimCatalog[][];
  readonly #injection: FaultInjection;
  readonly #steering: Steering;
  readonly #revoking: Revoking;
  readonly #users: Users;
  /** Undone when the world comes to rest. */
  readonly #undo: (() => void)[] = [];
  tickEveryMs: number;
  #ticking = true;

  constructor(
    private readonly universe: SimUniverse,
    private readonly onHappening: (happening: Happening) => void = () => undefined,
  ) {
    const { plan } = universe;
    this.tickEveryMs = plan.tickEveryMs;
    this.#catalogs = plan.accounts.map(({ catalog }) => [catalog]);
    this.#injection = new FaultInjection(universe);
    this.#steering = new Steering(universe);
    this.#revoking = new Revoking(universe);
    this.#users = new Users(universe);
  }

  begin(): void {
    const { universe } = this;
    const { scheduler } = universe.aws;
    universe.accounts.forEach((account, index) => {
      if (account.role === 'bakery') this.#push(index, this.#catalogs[index]![0]!, 'first');
      scheduler.after(1_000 * (index + 1), 'clocks', () => this.#tick(index));
      scheduler.after(20 * minuteMs + 7_000 * index, 'janitors', () => this.#sweep(index));
      if (universe.plan.retires === true && account.role === 'bakery')
        scheduler.after(10 * minuteMs + 5_000 * index, 'retirements', () => this.#retire(index));
    });
    for (const happening of universe.plan.happenings) {
      if (happening.do === 'fault' && happening.kind === 'table-restored') {
        scheduler.after(Math.max(0, happening.atMs - happening.ms), 'a backup', () =>
          this.#injection.backUp(happening),
        );
      }
      scheduler.after(happening.atMs, `#${happening.id}`, () => this.#happen(happening));
    }
  }

  /** From now on nothing is put in and nothing changes from outside; what was broken for a while is mended. */
  rest(): void {
    this.#injection.stop();
    this.#steering.stop();
    this.#revoking.stop();
    for (const undo of this.#undo.splice(0)) undo();
    const { universe } = this;
    universe.codebuildOptions.accountLimit = 20;
  }

  stopTicking(): void {
    this.#ticking = false;
  }

  #tick(index: number): void {
    if (!this.#ticking) return;
    const { universe } = this;
    const { id } = universe.account(index);
    const { aws } = universe;
    const event = {
      kind: 'schedule',
      scheduledTime: new Date(aws.clock.now()).toISOString(),
      executionId: aws.chance.uuid(),
    };
    aws.deliveries.send({ kind: 'eventbridge', account: id, region, to: ['tick'], event }, 0, () => {
      aws.functions.invokeAsync({ account: id, region }, 'tick', event);
    });
    aws.scheduler.after(this.tickEveryMs, 'clocks', () => this.#tick(index));
  }

  #sweep(index: number): void {
    if (!this.#ticking) return;
    const { aws } = this.universe;
    const at = { account: this.universe.account(index).id, region };
    aws.functions.invokeAsync(at, 'janitor', {
      kind: 'schedule',
      scheduledTime: new Date(aws.clock.now()).toISOString(),
      executionId: aws.chance.uuid(),
    });
    aws.scheduler.after(hourMs, 'janitors', () => this.#sweep(index));
  }

  #retire(index: number): void {
    if (!this.#ticking) return;
    const { aws } = this.universe;
    const at = { account: this.universe.account(index).id, region };
    // A person has said how many may go: what stops a run is shown elsewhere.
    aws.functions.invokeAsync(at, 'retire', { most: 1_000 });
    aws.scheduler.after(retireEveryMs, 'retirements', () => this.#retire(index));
  }

  #happen(happening: Happening): void | Promise<void> {
    this.onHappening(happening);
    switch (happening.do) {
      case 'fault':
        return this.#injection.put(happening);
      case 'push':
        return this.#edit(happening);
      case 'vendor-ami':
        return this.#vendor(happening);
      case 'command':
        return this.#command(happening);
      case 'steer':
        return this.#steering.ask(happening, this.#catalogs[happening.account]!.at(-1)!.images);
      case 'revoke':
        return this.#revoking.ask(happening);
      case 'approver':
        return this.#steering.approve(happening);
      case 'packages':
        this.universe.packages.release += 1;
        return;
      case 'builder': {
        const { id } = this.universe.account(happening.account);
        const { builders } = this.universe.packages;
        builders.set(id, (builders.get(id) ?? 0) + 1);
        return;
      }
      case 'refer':
        return this.#users.refer(happening);
      case 'quota':
        return this.#quota(happening);
      case 'redeploy':
        return this.#redeploy(happening);
      case 'wrong-template':
        this.universe.wrongTemplates.set(this.universe.account(happening.account).id, { ...happening });
        return;
      case 'newer-schema':
        return this.#newerSchema(happening);
      case 'tamper':
        return this.#tamper(happening);
    }
  }

  /** For a few hours: nobody leaves it so for longer than an image may wait. */
  #quota({ account, builds }: Of<'quota'>): void {
    const { codebuildOptions, aws } = this.universe;
    codebuildOptions.accountLimit = builds;
    this.#deployed(account, `account limit ${builds}`);
    aws.scheduler.after(3 * hourMs, 'the quota is raised', () => {
      codebuildOptions.accountLimit = 20;
    });
  }

  #edit({ account: index, edit }: Of<'push'>): void {
    const { universe } = this;
    const account = universe.account(index);
    const { plan } = universe;
    const applied = applyEdit(edit, {
      history: this.#catalogs[index]!,
      otherAccounts: universe.accounts.map(({ id }) => id).filter((id) => id !== account.id),
      upstreams: plan.accounts[index]!.follows.map((followed) => ({
        bakery: plan.accounts[followed]!.bakery,
        images: this.#catalogs[followed]!.at(-1)!.images,
      })),
    });
    if (applied === undefined) return;
    this.#catalogs[index]!.push(applied.catalog);
    this.#push(index, applied.catalog, applied.what);
  }

  #push(index: number, catalog: SimCatalog, what: Push['what']): void {
    const { universe } = this;
    const { id, settings } = universe.account(index);
    const files = toFiles(catalog);
    const { repo } = settings;
    const commitId = universe.codecommit.push({ account: id, region }, repo!.name, repo!.branch, files);
    const valid = !catalog.broken;
    universe.people.pushes.push({ atMs: universe.nowMs(), account: id, commitId, what, files, valid });
  }

  #vendor({ family, architecture, both }: Of<'vendor-ami'>): void {
    const { aws, people } = this.universe;
    const { parameter, made } = families[family]!;
    const day = new Date(aws.clock.now()).toISOString().slice(0, 16).replace(/\D/g, '');
    for (const arch of both ? (['x86_64', 'arm64'] as const) : [architecture]) {
      const name = made(day).replaceAll('{arch}', arch);
      const amiId = amiIdFor(`${region} ${name}`);
      if (aws.ec2.storedImage(region, amiId) !== undefined) continue;
      aws.ec2.seedPublicImage({ region, amiId, name, owner: '137112412989', architecture: arch });
      const named = parameter.replaceAll('{arch}', arch);
      aws.ssm.publish(region, named, amiId);
      people.vendorAmis.push({ atMs: aws.clock.now(), amiId, parameter: named, architecture: arch });
    }
  }

  async #command({ account: index, command, pick, whole }: Of<'command'>): Promise<void> {
    const { universe } = this;
    const { id } = universe.account(index);
    const images = this.#catalogs[index]!.at(-1)!.images;
    const image = images[pick % Math.max(1, images.length)];
    if (image === undefined) return;
    const event = {
      command,
      ...(whole && command !== 'bake' && command !== 'adopt' ? {} : { image: image.name }),
      by: 'alice',
      why: 'it is time',
      ...(command === 'adopt'
        ? { image: `${image.name}/${image.architectures[0]}`, amiId: this.#foreignAmi(id, pick) }
        : {}),
    };
    universe.people.commands.push({ atMs: universe.nowMs(), account: id, event });
    universe.aws.functions.invokeAsync({ account: id, region }, 'command', event);
  }

  /** An AMI that somebody might want to adopt: one of the account's own, or one that is not. */
  #foreignAmi(account: string, pick: number): string {
    const own = this.universe.look.amisOf(account).map(({ image }) => image.ImageId);
    return own[pick % Math.max(1, own.length)] ?? 'ami-0123456789abcdef0';
  }

  #redeploy({ account: index, change, value }: Of<'redeploy'>): void {
    const { universe } = this;
    const account = universe.account(index);
    if (account.role === 'consumer') return;
    const others = universe.accounts.map(({ id }) => id).filter((id) => id !== account.id);
    const { ceilings } = account.settings;
    const allowed =
      change === 'ceilings-more' ? others : others.filter((_, at) => at !== value % others.length);
    universe.redeploy(
      account,
      change === 'slots'
        ? { maxConcurrentBuilds: value }
        : {
            ceilings: { ...ceilings, shareWith: { ...ceilings.shareWith, accounts: allowed } },
          },
    );
    this.#deployed(index, `${change} ${value}`);
  }

  /** Newer code has written an item; the older code that runs meanwhile must leave it alone. */
  #newerSchema({ account: index, pick, minutes }: Of<'newer-schema'>): void {
    const { universe } = this;
    const { id } = universe.account(index);
    const at = { account: id, region };
    const items = universe.aws.dynamodb.partition(at, 'bakery', 'STATE');
    const item = items[pick % Math.max(1, items.length)];
    if (item === undefined) return;
    universe.putBehind(id, { ...item, schema: { N: '2' } });
    this.#deployed(index, `newer schema of ${item['sk']?.S}`);
    const back = () => {
      const now = universe.aws.dynamodb
        .partition(at, 'bakery', 'STATE')
        .find(({ sk }) => sk?.S === item['sk']?.S);
      if (now?.['schema']?.N === '2') universe.putBehind(id, { ...now, schema: { N: '1' } });
    };
    this.#undo.push(back);
    universe.aws.scheduler.after(minutes * minuteMs, 'the newer code is deployed again', back);
  }

  /** What is gone meanwhile cannot be tampered with. */
  async #tamper(planned: Of<'tamper'>): Promise<void> {
    try {
      await this.#tamperWith(planned);
    } catch (error) {
      if (!(error instanceof Error) || !('$fault' in error)) throw error;
    }
  }

  async #tamperWith({ account: index, what, pick }: Of<'tamper'>): Promise<void> {
    const { universe } = this;
    const { id } = universe.account(index);
    const target = this.#target(id, what, pick);
    if (target === undefined) return;
    const noted: Tampering = { atMs: universe.nowMs(), account: id, kind: what, target };
    switch (what) {
      case 'parameter': {
        const other = universe.look.amisOf(id);
        const value = other[pick % Math.max(1, other.length)]?.image.ImageId;
        if (value === undefined) return;
        universe.people.tampering.push({ ...noted, value });
        await universe.as('person', id, 'SSM', 'PutParameter', {
          Name: target,
          Value: value,
          Type: 'String',
          DataType: 'aws:ec2:image',
          Overwrite: true,
        });
        return;
      }
      case 'parameter-taken':
        universe.people.tampering.push(noted);
        await universe.as('person', id, 'SSM', 'PutParameter', {
          Name: target,
          Value: pick % 2 === 0 ? 'theirs' : 'ami-0123456789abcdef0',
          Type: 'String',
          ...(pick % 3 === 0 ? { Tags: [{ Key: 'bakery', Value: 'another' }] } : {}),
        });
        return;
      case 'parameter-deleted':
        universe.people.tampering.push(noted);
        await universe.as('person', id, 'SSM', 'DeleteParameter', { Name: target });
        return;
      case 'ami-deregistered':
        universe.people.tampering.push(noted);
        await universe.as('person', id, 'EC2', 'DeregisterImage', { ImageId: target });
        return;
      case 'ami-unshared': {
        universe.people.tampering.push(noted);
        const accounts = [...(universe.look.ami(target)?.grants.keys() ?? [])];
        await universe.as('person', id, 'EC2', 'ModifyImageAttribute', {
          ImageId: target,
          LaunchPermission: { Remove: accounts.map((UserId) => ({ UserId })) },
        });
        return;
      }
      case 'build-stopped':
        universe.people.tampering.push(noted);
        await universe.as('person', id, 'CodeBuild', 'StopBuild', { id: target });
    }
  }

  #target(account: string, what: Tampering['kind'], pick: number): string | undefined {
    const { universe } = this;
    const { look } = universe;
    const one = (list: string[]) => list[pick % Math.max(1, list.length)];
    switch (what) {
      case 'parameter':
      case 'parameter-deleted': {
        const { records, mirrors } = look.ledger(account);
        const channels = [
          ...[...records.values()].flatMap(({ channels: all }) => Object.values(all)),
          ...[...mirrors.values()].map(({ state }) => state),
        ];
        const written = channels.flatMap(({ parameterNames }) => Object.values(parameterNames ?? {}));
        return one(written.filter((name) => look.parameter(account, name) !== undefined));
      }
      case 'parameter-taken': {
        const { settings } = universe.accounts.find((it) => it.id === account)!;
        const { catalog, records } = look.ledger(account);
        const images = catalog?.inForce?.catalog.images ?? [];
        const free = images.filter(({ key }) => records.get(key)?.channels['stable'] === undefined);
        return one(
          free.map(({ name, architecture, channels }) =>
            parameterName(settings.parameterPattern, name, architecture, channels[0]!),
          ),
        );
      }
      case 'ami-deregistered':
        return one(look.amisOf(account).map(({ image }) => image.ImageId));
      case 'ami-unshared':
        return one(
          look.amisOf(account).flatMap(({ image, grants }) => (grants.size > 0 ? [image.ImageId] : [])),
        );
      case 'build-stopped':
        return one(
          look.builds(account).flatMap(({ buildId, status }) => (status === 'IN_PROGRESS' ? [buildId] : [])),
        );
    }
  }

  #deployed(index: number, what: string): void {
    const { universe } = this;
    const { id } = universe.account(index);
    universe.people.deployments.push({ atMs: universe.nowMs(), account: id, what });
  }
}

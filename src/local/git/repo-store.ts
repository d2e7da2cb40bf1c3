import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { World } from '../aws/world';
import { BareRepo } from './bare-repo';
import { changedReferences } from './reference-changes';
import type { ReferenceChange } from './reference-changes';
import { Git } from './git';

export interface LocalRepo {
  account: string;
  region: string;
  name: string;
  repositoryId: string;
  defaultBranch: string;
  createdAtMs: number;
  git: BareRepo;
  /** Repository of somebody else that this one mirrors; only ever read. */
  foreignPath?: string;
}

export interface NewRepo {
  account: string;
  region: string;
  name: string;
  /** `folder`: its files become the first commit. `foreign`: the branches and tags of a git repository are mirrored. */
  from?: { folder: string } | { foreign: string };
  /** Default `main`; a foreign repository brings its own. */
  defaultBranch?: string;
}

/** The repos of all accounts: bare git repositories below one temporary folder, and the events of what is pushed to them. */
export class RepoStore {
  readonly #repos = new Map<string, LocalRepo>();
  readonly #seen = new Map<LocalRepo, Map<string, string>>();
  #polling: Promise<ReferenceChange[]> = Promise.resolve([]);

  /** The git that all of this is done with. */
  readonly git: Git;
  readonly #root: string;

  /** `root`: a temporary folder; `searchPath`: PATH to find git on. */
  constructor(
    private readonly world: World,
    options: { root: string; searchPath: string },
  ) {
    this.#root = options.root;
    this.git = new Git(options.searchPath);
  }

  find(account: string, region: string, name: string): LocalRepo | undefined {
    return this.#repos.get(`${account}/${region}/${name}`);
  }

  async createRepo(wanted: NewRepo): Promise<LocalRepo> {
    const { account, region, name, from } = wanted;
    if (!/^[\w.-]{1,100}$/.test(name) || name.startsWith('.') || name.endsWith('.git')) {
      throw new RangeError(`"${name}" is no repository name: letters, digits, ".", "_" and "-" only`);
    }
    if (this.find(account, region, name))
      throw new Error(`repository ${name} exists in ${account}/${region}`);
    const path = join(this.#root, account, region, `${name}.git`);
    await mkdir(path, { recursive: true });
    const foreignPath = from !== undefined && 'foreign' in from ? resolve(from.foreign) : undefined;
    const defaultBranch =
      wanted.defaultBranch ?? (foreignPath === undefined ? 'main' : await this.#headBranch(foreignPath));
    await this.git.run(path, [
      'init',
      '--quiet',
      '--bare',
      '--template=',
      `--initial-branch=${defaultBranch}`,
    ]);
    const repo: LocalRepo = {
      account,
      region,
      name,
      repositoryId: this.world.chance.uuid(),
      defaultBranch,
      createdAtMs: this.world.clock.now(),
      git: new BareRepo(path, this.git),
      ...(foreignPath === undefined ? {} : { foreignPath }),
    };
    if (foreignPath !== undefined) await this.#mirror(repo);
    this.#seen.set(repo, await repo.git.references());
    this.#repos.set(`${account}/${region}/${name}`, repo);
    if (from !== undefined && 'folder' in from) await this.#importFolder(repo, from.folder);
    return repo;
  }

  /** A work tree of the repo at `path` (made by this call), to change files in and push from. */
  async checkOut(repo: LocalRepo, path: string, branch = repo.defaultBranch): Promise<void> {
    await this.git.run(this.#root, ['clone', '--quiet', '--template=', '--no-local', repo.git.path, path]);
    await this.git.run(path, ['checkout', '--quiet', '-B', branch]);
  }

  /** Commits everything that changed in the work tree and pushes it; answers the commit. The push event follows. */
  async commitAndPush(workTree: string, message: string): Promise<string> {
    const seconds = Math.floor(this.world.clock.now() / 1000);
    const who = { NAME: 'Local Bakery', EMAIL: 'bakery@localhost', DATE: `${seconds} +0000` };
    const env = Object.fromEntries(
      Object.entries(who).flatMap(([key, value]) => [
        [`GIT_AUTHOR_${key}`, value],
        [`GIT_COMMITTER_${key}`, value],
      ]),
    );
    await this.git.run(workTree, ['add', '--all']);
    await this.git.run(workTree, ['commit', '--quiet', '--allow-empty', '--file=-'], { input: message, env });
    const branch = await this.git.text(workTree, ['symbolic-ref', '--short', 'HEAD']);
    await this.git.run(workTree, ['push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`]);
    await this.detectPushes();
    return this.git.text(workTree, ['rev-parse', 'HEAD']);
  }

  /**
   * Compares every reference with what it was at the last look, and puts one `CodeCommit Repository State Change` event
   * for each that moved. Mirrors of foreign repositories are fetched first. Looks follow one another, never overlap.
   */
  detectPushes(): Promise<ReferenceChange[]> {
    this.#polling = this.#polling.catch(() => []).then(() => this.#look());
    return this.#polling;
  }

  async #look(): Promise<ReferenceChange[]> {
    const found: ReferenceChange[] = [];
    for (const [repo, before] of this.#seen) {
      if (repo.foreignPath !== undefined) await this.#mirror(repo);
      const now = await repo.git.references();
      const changes = changedReferences(repo, before, now);
      this.#seen.set(repo, now);
      for (const detail of changes) {
        this.world.events.put(repo.account, repo.region, {
          source: 'aws.codecommit',
          'detail-type': 'CodeCommit Repository State Change',
          resources: [`arn:aws:codecommit:${repo.region}:${repo.account}:${repo.name}`],
          detail,
        });
      }
      found.push(...changes);
    }
    return found;
  }

  async #importFolder(repo: LocalRepo, folder: string): Promise<void> {
    const workTree = await mkdtemp(join(this.#root, 'import-'));
    try {
      await this.checkOut(repo, workTree);
      await cp(folder, workTree, { recursive: true, verbatimSymlinks: true });
      await this.commitAndPush(workTree, 'First commit');
    } finally {
      await rm(workTree, { recursive: true, force: true });
    }
  }

  /** `--update-shallow`: the foreign repository may be a shallow clone. Fetching runs `git upload-pack` there, which writes nothing. */
  async #mirror(repo: LocalRepo): Promise<void> {
    const options = ['--quiet', '--prune', '--no-tags', '--update-shallow', '--no-recurse-submodules'];
    const references = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
    await this.git.run(repo.git.path, ['fetch', ...options, '--', repo.foreignPath ?? '', ...references]);
  }

  async #headBranch(foreignPath: string): Promise<string> {
    const answer = await this.git.text(foreignPath, ['ls-remote', '--symref', '--', foreignPath, 'HEAD']);
    return /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(answer)?.[1] ?? 'main';
  }
}

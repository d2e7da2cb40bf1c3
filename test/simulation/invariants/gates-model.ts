import type { ImageKey } from '../../../src/lib/definitions/catalog';
import type { Universe } from '../contract';
import { DesiredModel } from './desired-model';
import { Truth } from './world-truth';

/** What a bake has behind it, asked of CodeBuild and of what was pushed, and what its image asks for now. */
export class Gates {
  readonly #desired: DesiredModel;
  readonly #truth: Truth;

  constructor(private readonly universe: Universe) {
    this.#desired = DesiredModel.of(universe);
    this.#truth = new Truth(universe);
  }

  /** The checks that a bake has passed, as text; one for each build that found nothing wrong with the AMI. */
  passed(account: string, bakeId: string): string[] {
    return this.#truth
      .tests(account, bakeId)
      .filter(({ status, result }) => status === 'SUCCEEDED' && result === 'passed')
      .flatMap(({ commitId, folder }) => this.#desired.folder(account, commitId, folder) ?? []);
  }

  /** Whether the very checks of now, if there are any, have been passed. */
  passedAsOfNow(account: string, image: ImageKey, bakeId: string): boolean {
    const { commitId = '' } = this.#desired.inForce(account) ?? {};
    const checks = this.#desired.checks(account, image, commitId);
    return checks === undefined || this.passed(account, bakeId).includes(checks);
  }

  /** Whether a ready bake may be published once more: it was tested as of now, and approved where that is asked for. */
  mayComeAgain(account: string, image: ImageKey, bakeId: string): boolean {
    if (!this.passedAsOfNow(account, image, bakeId)) return false;
    if (this.#desired.definition(account, image)?.approval === undefined) return true;
    const bake = this.universe.look.bakes(account, image).find(({ id }) => id === bakeId);
    return (bake as { approval?: { approved?: unknown } } | undefined)?.approval?.approved !== undefined;
  }
}

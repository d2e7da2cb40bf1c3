import { lintCases } from './lint-cases';
import { permissionCases } from './permission-cases';
import { selfContainedCases } from './self-contained-cases';
import { ServiceCopy } from './package-stage';
import type { Packaged } from './package-stage';
import { stages } from './stages';
import { stackCases } from './stack-cases';

/** The service as `serverless package` makes it, without credentials and without a network. */

const packaged = new Map<string, Packaged>();
const packageOf = (stage: string): Packaged => {
  const found = packaged.get(stage);
  if (found === undefined) throw new Error(`stage ${stage} was not packaged`);
  return found;
};

const copies: ServiceCopy[] = [];

/** One after the other: the framework keeps its work in the service's folder. */
async function packageAll(names: string[]): Promise<void> {
  const copy = await ServiceCopy.make();
  copies.push(copy);
  for (const name of names) packaged.set(name, await copy.package(name));
}

beforeAll(async () => {
  const names = stages.map(({ name }) => name);
  const half = Math.ceil(names.length / 2);
  await Promise.all([packageAll(names.slice(0, half)), packageAll(names.slice(half))]);
}, 480_000);
afterAll(() => Promise.all(copies.map((copy) => copy.remove())));

describe.each(stages)('stage $name', (stage) => {
  stackCases(stage, () => packageOf(stage.name));
  if (stage.role === 'consumer')
    describe('in one template', () => selfContainedCases(stage, () => packageOf(stage.name).template));
  describe('roles', () => permissionCases(stage, () => packageOf(stage.name).template));
});

describe('templates', () => lintCases(() => [...packaged.values()]));

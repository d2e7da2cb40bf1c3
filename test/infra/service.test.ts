import { lintCases } from './lint-cases';
import { permissionCases } from './permission-cases';
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

let service: ServiceCopy;
beforeAll(async () => {
  service = await ServiceCopy.make();
  for (const { name } of stages) packaged.set(name, await service.package(name));
}, 240_000);
afterAll(() => service.remove());

describe.each(stages)('stage $name', (stage) => {
  stackCases(stage, () => packageOf(stage.name));
  describe('roles', () => permissionCases(stage, () => packageOf(stage.name).template));
});

describe('templates', () => lintCases(() => [...packaged.values()]));

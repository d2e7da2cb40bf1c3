import type { Parameter } from '@aws-sdk/client-ssm';
import { InvalidResourceId, ParameterNotFound } from '@aws-sdk/client-ssm';
import type { Clock } from './clock';
import { PerSite } from './per-site';
import type { StoredParameter } from './ssm-parameter';

interface Place {
  account: string;
  region: string;
}

export interface SsmStore {
  parameters: Map<string, StoredParameter>;
  /** Writes of aws:ec2:image that are not validated yet, by name. */
  pending: Map<string, number>;
}

/** Public parameters live below this, in a store of their own for each region. */
const PUBLIC = '/aws/service/';

/** The parameters of all accounts, found by name, ARN and selector. */
export class SsmStores {
  readonly #stores = new PerSite<SsmStore>(() => ({ parameters: new Map(), pending: new Map() }));

  constructor(private readonly clock: Clock) {}

  at(place: Place): SsmStore {
    return this.#stores.at(place);
  }

  /** The store that a name is looked up in: the account's own, or that of the public parameters. */
  owner(name: string, at: Place): SsmStore {
    return this.at(name.startsWith(PUBLIC) ? { account: '', region: at.region } : at);
  }

  find(name: string, at: Place): StoredParameter {
    const parameter = this.owner(name, at).parameters.get(name);
    if (parameter !== undefined) return parameter;
    throw new ParameterNotFound({ message: `Parameter ${name} not found.`, $metadata: {} });
  }

  /** `name`, `name:version` or `name:label`; or the ARN of a parameter of the caller's own account. */
  read(nameAndSelector: string, at: Place): Parameter {
    const own = nameAndSelector.replace(`arn:aws:ssm:${at.region}:${at.account}:parameter`, '');
    const [name, selector] = own.startsWith('arn:') ? [own] : own.split(':');
    return this.find(name!, at).read(selector, this.clock.now());
  }

  /** For the tag operations, which call a missing parameter by another name. */
  tagged(input: { ResourceType?: string; ResourceId?: string }, at: Place): StoredParameter {
    const parameter = this.at(at).parameters.get(input.ResourceId!);
    if (input.ResourceType === 'Parameter' && parameter !== undefined) return parameter;
    throw new InvalidResourceId({
      message: `The resource ID "${input.ResourceId}" is not valid. Verify that you entered the correct ID and try again.`,
      $metadata: {},
    });
  }
}

export const parameterArn = (at: Place, name: string): string =>
  `arn:aws:ssm:${at.region}:${at.account}:parameter${name.startsWith('/') ? '' : '/'}${name}`;

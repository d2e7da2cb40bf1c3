import type * as Ssm from '@aws-sdk/client-ssm';
import {
  InvalidNextToken,
  ParameterAlreadyExists,
  ParameterVersionLabelLimitExceeded,
  TooManyUpdates,
} from '@aws-sdk/client-ssm';
import { invalid } from './failure';
import { page } from './page';
import { StoredParameter } from './ssm-parameter';
import type { StoredVersion } from './ssm-parameter';
import { parameterArn, SsmStores } from './ssm-stores';
import { assertWritable } from './ssm-write-checks';
import type { CallSite, World } from './world';

export interface SsmOptions {
  /** Whether EC2 shows the AMI, available, to the account: what the validation of aws:ec2:image asks. */
  amiVisible: (account: string, region: string, amiId: string) => boolean | Promise<boolean>;
  /** How long after PutParameter has answered an aws:ec2:image is validated and stored. */
  validationMs?: number;
  /** For one write: it is validated after so long instead, or lost without a word although it was answered with a 200. */
  fate?: (write: Ssm.PutParameterRequest, at: CallSite) => { validationMs: number } | 'lost' | undefined;
  /** How long reads keep showing the state before a write. */
  readLagMs?: number;
  /** Refuse a write while another of the same parameter is being validated. */
  refuseConcurrentWrites?: boolean;
  pageSize?: number;
}

/** Parameter Store. */
export class LocalSsm {
  readonly #stores: SsmStores;

  constructor(
    private readonly world: World,
    private readonly options: SsmOptions,
  ) {
    this.#stores = new SsmStores(world.clock);
  }

  /** Sets a public parameter of a region, as Amazon does when it publishes an AMI. */
  publish(region: string, name: string, value: string, dataType = 'aws:ec2:image'): void {
    const { parameters } = this.#stores.at({ account: '', region });
    const parameter =
      parameters.get(name) ?? new StoredParameter(name, `arn:aws:ssm:${region}::parameter${name}`);
    parameters.set(name, parameter);
    const version = (parameter.newest?.version ?? 0) + 1;
    parameter.add({
      ...this.#version({ Name: name, Value: value, DataType: dataType, Type: 'String' }, 'amazon'),
      version,
    });
  }

  /** What is stored under a name, history and labels included; changing it changes the store. */
  stored(at: { account: string; region: string }, name: string): StoredParameter | undefined {
    return this.#stores.owner(name, at).parameters.get(name);
  }

  /** ARN and value of every parameter of an account in a region. */
  values(at: { account: string; region: string }): { arn: string; value: string }[] {
    return [...this.#stores.at(at).parameters.values()].flatMap((parameter) => {
      const value = parameter.newest?.value;
      return value === undefined ? [] : { arn: parameter.arn, value };
    });
  }

  async PutParameter(input: Ssm.PutParameterRequest, at: CallSite): Promise<Ssm.PutParameterResult> {
    const name = input.Name!;
    const store = this.#stores.at(at);
    const existing = store.parameters.get(name);
    assertWritable(input, existing);
    const outstanding = store.pending.get(name);
    if (outstanding !== undefined && this.options.refuseConcurrentWrites) {
      throw new TooManyUpdates({
        message: 'There are concurrent updates for a resource that supports one update at a time.',
        $metadata: {},
      });
    }
    if ((existing !== undefined || outstanding !== undefined) && input.Overwrite !== true) {
      throw new ParameterAlreadyExists({
        message:
          'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
        $metadata: {},
      });
    }
    existing?.assertRoom();
    const write = this.#version({ ...input, Type: input.Type ?? existing?.newest?.type }, at.caller);
    const Version = Math.max(existing?.newest?.version ?? 0, outstanding ?? 0) + 1;
    const commit = () => this.#store(at, input, { ...write, version: Version });
    if (write.dataType !== 'aws:ec2:image') commit();
    else {
      const fate = this.options.fate?.(input, at);
      if (fate === 'lost') return { Version, Tier: write.tier };
      store.pending.set(name, Version);
      const validationMs = fate?.validationMs ?? this.options.validationMs ?? 250;
      this.world.scheduler.after(validationMs, `ssm validates ${name}`, () =>
        this.#validate(at, input, Version, commit),
      );
    }
    return { Version, Tier: write.tier };
  }

  GetParameter(input: Ssm.GetParameterRequest, at: CallSite): Ssm.GetParameterResult {
    return { Parameter: this.#stores.read(input.Name!, at) };
  }

  GetParameters(input: Ssm.GetParametersRequest, at: CallSite): Ssm.GetParametersResult {
    const names = input.Names ?? [];
    if (names.length < 1 || names.length > 10) {
      throw invalid(
        `1 validation error detected: Value '[${names.join(', ')}]' at 'names' failed to satisfy constraint: Member must have length less than or equal to 10`,
      );
    }
    const Parameters: Ssm.Parameter[] = [];
    const InvalidParameters: string[] = [];
    for (const name of new Set(names)) {
      try {
        Parameters.push(this.#stores.read(name, at));
      } catch {
        InvalidParameters.push(name);
      }
    }
    return { Parameters, InvalidParameters };
  }

  GetParametersByPath(input: Ssm.GetParametersByPathRequest, at: CallSite): Ssm.GetParametersByPathResult {
    if (!input.Path?.startsWith('/'))
      throw invalid(
        'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/".',
      );
    if ((input.MaxResults ?? 10) > 10) throw invalid('MaxResults must be at most 10');
    const prefix = input.Path.endsWith('/') ? input.Path : `${input.Path}/`;
    const found = [...this.#stores.owner(prefix, at).parameters.values()]
      .filter(
        ({ name, versions }) =>
          name.startsWith(prefix) && versions.some((v) => v.visibleFromMs <= this.world.clock.now()),
      )
      .filter(({ name }) => input.Recursive === true || !name.slice(prefix.length).includes('/'))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const size = Math.min(input.MaxResults ?? 10, this.options.pageSize ?? 10);
    const { items, next } = page(found, size, input.NextToken, badToken);
    return { Parameters: items.map(({ name }) => this.#stores.read(name, at)), NextToken: next };
  }

  GetParameterHistory(input: Ssm.GetParameterHistoryRequest, at: CallSite): Ssm.GetParameterHistoryResult {
    const size = Math.min(input.MaxResults ?? 50, this.options.pageSize ?? 50);
    const history = this.#stores.find(input.Name!, at).history(this.world.clock.now());
    const { items, next } = page(history, size, input.NextToken, badToken);
    return { Parameters: items, NextToken: next };
  }

  LabelParameterVersion(
    input: Ssm.LabelParameterVersionRequest,
    at: CallSite,
  ): Ssm.LabelParameterVersionResult {
    const parameter = this.#stores.find(input.Name!, at);
    const version = input.ParameterVersion;
    if (!parameter.hasRoomForLabels(version, input.Labels ?? [])) {
      throw new ParameterVersionLabelLimitExceeded({
        message: 'A parameter version can have a maximum of 10 labels.',
        $metadata: {},
      });
    }
    const labelled = parameter.label(version, input.Labels ?? []);
    return { InvalidLabels: labelled.invalid, ParameterVersion: labelled.version };
  }

  DeleteParameter(input: Ssm.DeleteParameterRequest, at: CallSite): Ssm.DeleteParameterResult {
    const parameter = this.#stores.find(input.Name!, at);
    this.#stores.at(at).parameters.delete(parameter.name);
    this.#changed(at, 'Delete', {
      Name: parameter.name,
      Type: parameter.newest?.type,
      Description: parameter.newest?.description,
    });
    return {};
  }

  AddTagsToResource(input: Ssm.AddTagsToResourceRequest, at: CallSite): Ssm.AddTagsToResourceResult {
    const { tags } = this.#stores.tagged(input, at);
    for (const { Key, Value } of input.Tags ?? []) tags.set(Key!, Value!);
    return {};
  }

  RemoveTagsFromResource(
    input: Ssm.RemoveTagsFromResourceRequest,
    at: CallSite,
  ): Ssm.RemoveTagsFromResourceResult {
    const { tags } = this.#stores.tagged(input, at);
    for (const key of input.TagKeys ?? []) tags.delete(key);
    return {};
  }

  ListTagsForResource(input: Ssm.ListTagsForResourceRequest, at: CallSite): Ssm.ListTagsForResourceResult {
    return { TagList: [...this.#stores.tagged(input, at).tags].map(([Key, Value]) => ({ Key, Value })) };
  }

  async #validate(
    at: CallSite,
    input: Ssm.PutParameterRequest,
    version: number,
    commit: () => void,
  ): Promise<void> {
    const { pending, parameters } = this.#stores.at(at);
    const visible = await this.options.amiVisible(at.account, at.region, input.Value!);
    if (pending.get(input.Name!) === version) pending.delete(input.Name!);
    // A label that was set meanwhile leaves no room: the write comes to nothing, as one that is refused.
    if (visible && parameters.get(input.Name!)?.isFull !== true) return commit();
    this.#changed(
      at,
      parameters.has(input.Name!) ? 'Update' : 'Create',
      input,
      'Unable to Describe Resource',
    );
  }

  #store(at: CallSite, input: Ssm.PutParameterRequest, version: StoredVersion): void {
    const { parameters } = this.#stores.at(at);
    const name = input.Name!;
    const existing = parameters.get(name);
    const parameter = existing ?? new StoredParameter(name, parameterArn(at, name));
    parameters.set(name, parameter);
    for (const { Key, Value } of input.Tags ?? []) parameter.tags.set(Key!, Value!);
    parameter.add(version);
    this.#changed(at, existing === undefined ? 'Create' : 'Update', input);
  }

  #changed(
    at: CallSite,
    operation: string,
    parameter: { Name?: string; Type?: string; DataType?: string; Description?: string },
    exception?: string,
  ): void {
    this.world.events.put(at.account, at.region, {
      source: 'aws.ssm',
      'detail-type': 'Parameter Store Change',
      resources: [parameterArn(at, parameter.Name!)],
      detail: {
        ...(exception === undefined ? {} : { exception, dataType: parameter.DataType }),
        name: parameter.Name,
        type: parameter.Type ?? 'String',
        operation,
        ...(parameter.Description === undefined ? {} : { description: parameter.Description }),
      },
    });
  }

  #version(input: Ssm.PutParameterRequest, by: string): StoredVersion {
    const nowMs = this.world.clock.now();
    return {
      version: 0,
      value: input.Value!,
      type: input.Type ?? 'String',
      dataType: input.DataType ?? 'text',
      description: input.Description,
      tier: input.Tier === 'Advanced' ? 'Advanced' : 'Standard',
      atMs: nowMs,
      by,
      labels: new Set(),
      visibleFromMs: nowMs + (this.options.readLagMs ?? 0),
    };
  }
}

const badToken = (): Error =>
  new InvalidNextToken({ message: 'The specified token is not valid.', $metadata: {} });

import { injectedSettings, isReplaced, worthSaying } from './injected';
import type { Removal } from './rewritten-hcl';
import type { ShimSettings } from './settings';
import { gp3Reason, isBefore17 } from './version';

type Component = Record<string, unknown>;

/** The copy of a JSON template that Packer gets: a classic one, or HCL2 in JSON. */
export class RewrittenJson {
  readonly removals: Removal[] = [];
  readonly #template: Record<string, unknown>;

  /** Throws SyntaxError where the template is not JSON. */
  constructor(
    private readonly original: string,
    settings: ShimSettings,
  ) {
    this.#template = JSON.parse(original) as Record<string, unknown>;
    const builders = this.#components('builders').filter(({ type }) => String(type).startsWith('amazon-'));
    for (const builder of [...builders, ...this.#hclSources()]) {
      for (const name of Object.keys(builder))
        if (isReplaced(name)) this.#cut(builder, name, worthSaying[name] ?? '');
      if (builder.communicator === 'winrm')
        this.#cut(builder, 'communicator', 'instances are played over SSH');
      if (isBefore17(settings.version)) this.#avoidGp3(builder, settings.version);
      Object.assign(builder, injectedSettings(settings));
    }
  }

  get text(): string {
    return `${JSON.stringify(this.#template, null, 2)}\n`;
  }

  /** Takes a key out of every builder, provisioner and post-processor; false if none has it. */
  removeKey(name: string, reason: string): boolean {
    const holders = [
      ...this.#components('builders'),
      ...this.#components('provisioners'),
      ...this.#components('post-processors'),
      ...this.#hclSources(),
    ].filter((component) => Object.hasOwn(component, name));
    for (const component of holders) this.#cut(component, name, reason);
    return holders.length > 0;
  }

  /** HCL2 may be written as JSON (`.pkr.json`): source → type → name → settings, or a list of these. */
  #hclSources(): Component[] {
    const within = (value: unknown): Component[] =>
      [value].flat().filter((each): each is Component => typeof each === 'object' && each !== null);
    return within(this.#template.source)
      .flatMap((byType) => Object.entries(byType))
      .filter(([type]) => type.startsWith('amazon-'))
      .flatMap(([, byName]) => within(byName).flatMap((names) => Object.values(names)))
      .flatMap(within);
  }

  #avoidGp3(builder: Component, version: string): void {
    const lists = [builder.launch_block_device_mappings, builder.ami_block_device_mappings];
    for (const device of lists.flatMap((list) => (Array.isArray(list) ? (list as Component[]) : []))) {
      if (device.volume_type !== 'gp3' || device.throughput !== undefined) continue;
      device.volume_type = 'gp2';
      this.removals.push({ name: 'gp3', line: this.#lineOf('gp3'), reason: gp3Reason(version) });
    }
  }

  #lineOf(text: string): number {
    return this.original.split('\n').findIndex((line) => line.includes(JSON.stringify(text))) + 1;
  }

  #components(kind: string): Component[] {
    const held = this.#template[kind];
    const flat = Array.isArray(held) ? (held.flat() as unknown[]) : [];
    return flat.filter((each): each is Component => typeof each === 'object' && each !== null);
  }

  #cut(component: Component, name: string, reason: string): void {
    delete component[name];
    if (reason === '') return;
    this.removals.push({ name, line: this.#lineOf(name), reason });
  }
}

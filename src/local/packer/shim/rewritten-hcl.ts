import { hclItems, type HclAttribute, type HclBlock, type HclItem } from './hcl';
import { injectedSettings, isReplaced, worthSaying } from './injected';
import type { ShimSettings } from './settings';
import { gp3Reason, isBefore17 } from './version';

/** Something that the copy of a template lacks. */
export interface Removal {
  name: string;
  /** In the file as its author wrote it. */
  line: number;
  reason: string;
}

/**
 * The copy of an HCL2 template that Packer gets. What is removed leaves its line breaks behind, so that only what the
 * local bakery adds moves lines, and `authorLine` leads back from the copy to the original.
 */
export class RewrittenHcl {
  readonly removals: Removal[] = [];
  text: string;
  #added: { afterLine: number; lines: number }[] = [];

  constructor(
    original: string,
    private readonly settings: ShimSettings,
  ) {
    this.text = original;
    this.#removePackerBlockUnknown();
    this.#removeReplaced();
    this.#avoidGp3();
    this.#inject();
  }

  /** Line of the original that a line of the copy comes from. */
  authorLine(line: number): number {
    let shift = 0;
    for (const { afterLine, lines } of this.#added)
      if (line > afterLine + shift) shift += Math.min(lines, line - afterLine - shift);
    return line - shift;
  }

  /** Takes out the argument or block that Packer complained about; false if it is not to be found. */
  remove(name: string, line: number, reason: string): boolean {
    const item = all(hclItems(this.text)).find((each) => nameOf(each) === name && each.line === line);
    if (item === undefined) return false;
    this.#cut(item, reason);
    return true;
  }

  #removePackerBlockUnknown(): void {
    // required_plugins came with 1.7; a template that has it asks for at least that version as well.
    if (!isBefore17(this.settings.version)) return;
    for (const block of blocks(hclItems(this.text), 'packer')) {
      this.#cut(block, `this Packer ${this.settings.version} has its plugins built in`);
    }
  }

  #removeReplaced(): void {
    for (;;) {
      const item = amazonBlocks(this.text)
        .flatMap(({ items }) => items)
        .find((each) => isReplaced(nameOf(each)) || asksForWinrm(this.text, each));
      if (item === undefined) return;
      const winrm = nameOf(item) === 'communicator' ? 'instances are played over SSH' : undefined;
      this.#cut(item, winrm ?? worthSaying[nameOf(item)] ?? '');
    }
  }

  /** Packer before 1.7 takes gp3 with a throughput only, which later ones do not ask for. */
  #avoidGp3(): void {
    if (!isBefore17(this.settings.version)) return;
    const devices = all(amazonBlocks(this.text)).filter((item): item is HclBlock => item.kind === 'block');
    for (const { items } of devices) {
      const type = items.find(
        (item): item is HclAttribute => nameOf(item) === 'volume_type' && item.kind === 'attribute',
      );
      if (type === undefined || items.some((item) => nameOf(item) === 'throughput')) continue;
      if (this.text.slice(type.value, type.end) !== '"gp3"') continue;
      this.text = `${this.text.slice(0, type.value)}"gp2"${this.text.slice(type.end)}`;
      this.removals.push({ name: 'gp3', line: type.line, reason: gp3Reason(this.settings.version) });
    }
  }

  #inject(): void {
    const settings = Object.entries(injectedSettings(this.settings));
    const found = amazonBlocks(this.text);
    for (const block of [...found].reverse()) {
      const wanted = block.type === 'data' ? settings.slice(0, 1) : settings;
      const lines = wanted.map(([name, value]) => `  ${name} = ${JSON.stringify(value)}\n`);
      const before = this.text.slice(0, block.close);
      this.text = `${before}\n${lines.join('')}${this.text.slice(block.close)}`;
      this.#added.unshift({ afterLine: before.split('\n').length, lines: lines.length + 1 });
    }
  }

  #cut(item: HclItem, reason: string): void {
    const name = nameOf(item);
    if (reason !== '') this.removals.push({ name, line: this.authorLine(item.line), reason });
    const kept = this.text.slice(item.start, item.end).replace(/[^\n]/g, '');
    this.text = this.text.slice(0, item.start) + kept + this.text.slice(item.end);
  }
}

const nameOf = (item: HclItem): string => (item.kind === 'block' ? item.type : item.name);

const blocks = (items: HclItem[], type: string): HclBlock[] =>
  items.filter((item): item is HclBlock => item.kind === 'block' && item.type === type);

const all = (items: HclItem[]): HclItem[] =>
  items.flatMap((item) => (item.kind === 'block' ? [item, ...all(item.items)] : [item]));

function amazonBlocks(text: string): HclBlock[] {
  const items = hclItems(text);
  return [...blocks(items, 'source'), ...blocks(items, 'data')]
    .filter(({ labels }) => labels[0]?.startsWith('amazon-'))
    .sort((a, b) => a.start - b.start);
}

const asksForWinrm = (text: string, item: HclItem): boolean =>
  item.kind === 'attribute' &&
  item.name === 'communicator' &&
  /^"winrm"/.test(text.slice(item.value, item.end));

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hclItems, HclSyntaxError, type HclBlock, type HclItem } from '../shim/hcl';
import { evaluate, flatTexts, type Scope } from './expression';
import { functions } from './functions';
import {
  interpolated,
  knownNames,
  type Choice,
  type PlannedBuild,
  type Settings,
  type Step,
} from './template';
import { asText, TemplateError, type Value } from './value';

interface HclFile {
  path: string;
  text: string;
  items: HclItem[];
}

/** The builds of an HCL2 template, a file or a folder. */
export function hclBuilds(
  path: string,
  choice: Choice,
  environment: NodeJS.ProcessEnv,
  startedAt: Date,
): PlannedBuild[] {
  return new HclTemplate(path, choice, environment, startedAt).builds();
}

class HclTemplate {
  readonly #files: HclFile[];
  readonly #scope: Scope;
  readonly #known: Record<string, string>;

  constructor(path: string, choice: Choice, environment: NodeJS.ProcessEnv, startedAt: Date) {
    const isFolder = statSync(path).isDirectory();
    const folder = isFolder ? path : dirname(path);
    const named = (pattern: RegExp) =>
      readdirSync(folder)
        .filter((name) => pattern.test(name))
        .sort()
        .map((name) => join(folder, name));
    this.#files = (isFolder ? named(/\.pkr\.hcl$/) : [path]).map(readHcl);
    if (this.#files.length === 0) throw new TemplateError('No *.pkr.hcl file here', path, 1);
    this.#known = knownNames(startedAt, {});
    this.#scope = {
      names: { path: { root: folder, cwd: process.cwd() }, var: {}, local: {} },
      functions: functions(startedAt),
    };
    this.#variables([...named(/\.auto\.pkrvars\.hcl$/), ...choice.variableFiles], choice, environment);
    this.#locals();
  }

  builds(): PlannedBuild[] {
    return this.#blocks('build').flatMap(({ file, block }) => {
      const inner = (type: string) =>
        block.items.filter((item): item is HclBlock => item.kind === 'block' && item.type === type);
      const sources = block.items.find((item) => item.kind === 'attribute' && item.name === 'sources');
      const named = sources === undefined ? [] : flatTexts(this.#value(file, sources));
      const wanted = [
        ...named.map((reference) => ({
          reference: reference.replace(/^source\./, ''),
          more: {},
        })),
        ...inner('source').map((each) => ({
          reference: (each.labels[0] ?? '').replace(/^source\./, ''),
          more: this.#settings(file, each.items),
        })),
      ];
      return wanted.map(({ reference, more }) => this.#build(file, reference, more, inner, block.line));
    });
  }

  #build(
    file: HclFile,
    reference: string,
    more: Settings,
    inner: (type: string) => HclBlock[],
    line: number,
  ): PlannedBuild {
    const source = this.#blocks('source').find(({ block }) => block.labels.join('.') === reference);
    if (source === undefined) throw new TemplateError(`Unknown source ${reference}`, file.path, line);
    const [type = '', sourceName = ''] = source.block.labels;
    const name = asText(more.name ?? sourceName);
    Object.assign(this.#scope.names, {
      source: { name, type },
      build: { name, type, ID: '', Host: '127.0.0.1', PackerRunUUID: '' },
    });
    const step = (each: HclBlock): Step => ({
      type: each.labels[0] ?? '',
      settings: this.#settings(file, each.items),
    });
    const label = `${type}.${name}`;
    const meant = ({ settings: { only, except } }: Step) =>
      (only === undefined || flatTexts(only).includes(label)) && !flatTexts(except).includes(label);
    const chains = inner('post-processors').flatMap(({ items }) =>
      items.filter((item): item is HclBlock => item.kind === 'block'),
    );
    return {
      label,
      name,
      builderType: type,
      settings: { ...this.#settings(source.file, source.block.items), ...more },
      provisioners: inner('provisioner').map(step).filter(meant),
      postProcessors: [...inner('post-processor'), ...chains].map(step).filter(meant),
    };
  }

  #variables(variableFiles: string[], { variables: given }: Choice, environment: NodeJS.ProcessEnv): void {
    const values: Settings = {};
    const fromFiles: Settings = {};
    for (const path of variableFiles) {
      if (path.endsWith('.json')) Object.assign(fromFiles, JSON.parse(readFileSync(path, 'utf8')));
      else {
        const file = readHcl(path);
        Object.assign(fromFiles, this.#settings(file, file.items));
      }
    }
    for (const { file, block } of this.#blocks('variable')) {
      const name = block.labels[0] ?? '';
      const attribute = (wanted: string) =>
        block.items.find((item) => item.kind === 'attribute' && item.name === wanted);
      const type = attribute('type');
      const structured =
        type !== undefined && /list|map|set|object|tuple/.test(file.text.slice(type.start, type.end));
      const typed = (text: string): Value => (structured ? evaluate(text, this.#scope) : text);
      const inEnvironment = environment[`PKR_VAR_${name}`];
      const byDefault = attribute('default');
      if (given[name] !== undefined) values[name] = typed(given[name]);
      else if (fromFiles[name] !== undefined) values[name] = fromFiles[name];
      else if (inEnvironment !== undefined) values[name] = typed(inEnvironment);
      else if (byDefault !== undefined) values[name] = this.#value(file, byDefault);
      else throw new TemplateError(`Unset variable "${name}"`, file.path, block.line);
    }
    this.#scope.names.var = values;
  }

  /** Locals may use each other in any order: those that cannot be had yet are tried again. */
  #locals(): void {
    const local: Settings = {};
    this.#scope.names.local = local;
    const attributes = this.#blocks('locals').flatMap(({ file, block }) =>
      block.items.map((item) => ({ file, item, name: item.kind === 'attribute' ? item.name : item.type })),
    );
    const single = this.#blocks('local').flatMap(({ file, block }) =>
      block.items
        .filter((item) => item.kind === 'attribute' && item.name === 'expression')
        .map((item) => ({ file, item, name: block.labels[0] ?? '' })),
    );
    let waiting = [...attributes, ...single];
    while (waiting.length > 0) {
      const left = waiting.filter(({ file, item, name }) => {
        try {
          local[name] = this.#value(file, item);
          return false;
        } catch {
          return true;
        }
      });
      if (left.length === waiting.length) this.#value(left[0]!.file, left[0]!.item);
      waiting = left;
    }
  }

  #settings(file: HclFile, items: readonly HclItem[]): Settings {
    const settings: Settings = {};
    for (const item of items) {
      if (item.kind === 'attribute') settings[item.name] = this.#value(file, item);
      else {
        const list = (settings[item.type] ??= []);
        if (Array.isArray(list)) list.push(this.#settings(file, item.items));
      }
    }
    return settings;
  }

  #value(file: HclFile, item: HclItem): Value {
    if (item.kind === 'block')
      throw new TemplateError(`block "${item.type}" where a value should be`, file.path, item.line);
    try {
      return interpolated(evaluate(file.text.slice(item.value, item.end), this.#scope), this.#known);
    } catch (error) {
      throw new TemplateError(`${item.name}: ${(error as Error).message}`, file.path, item.line);
    }
  }

  #blocks(type: string): { file: HclFile; block: HclBlock }[] {
    return this.#files.flatMap((file) =>
      file.items
        .filter((item): item is HclBlock => item.kind === 'block' && item.type === type)
        .map((block) => ({ file, block })),
    );
  }
}

function readHcl(path: string): HclFile {
  const text = readFileSync(path, 'utf8');
  try {
    return { path, text, items: hclItems(text) };
  } catch (error) {
    if (error instanceof HclSyntaxError) throw new TemplateError(error.message, path, error.line);
    throw error;
  }
}

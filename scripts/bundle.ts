import { readdir, readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { basename, join, resolve } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import { build } from 'esbuild';

/**
 * How a handler becomes what Lambda loads. `tuned` is what is deployed; `default` is what serverless-esbuild makes of
 * a handler when nothing is set, kept to measure against.
 */
export type BundleMode = 'tuned' | 'default';

/** Both: what Lambda's nodejs24.x runs and the oldest Node of this project as well. */
const target = 'node20';

/**
 * The SDK describes every operation of a service in one file of arrays. With computed keys in them (EC2's have them by
 * the thousand) esbuild must assume side effects and keeps them all; there are none, and this says so. Where a release
 * of the SDK writes that file differently nothing matches, and the bundle is merely larger.
 */
const unusedSchemasAreFree: Plugin = {
  name: 'unused-schemas-are-free',
  setup(bundler) {
    bundler.onLoad({ filter: /[\\/]schemas[\\/]schemas_\d+\.js$/ }, async ({ path }) => ({
      loader: 'js',
      contents: (await readFile(path, 'utf8')).replace(
        /^((?:export )?(?:var|const) [\w$]+ = )(\[[^]*?\]);$/gm,
        '$1/* @__PURE__ */ (() => $2)();',
      ),
    }));
  },
};

/**
 * A function's credentials are in its environment, always: of the SDK's chain of ten providers (SSO, process, INI files,
 * containers, instance metadata) this is the one that can answer in Lambda.
 */
const credentialsOfTheFunction: Plugin = {
  name: 'credentials-of-the-function',
  setup(bundler) {
    const filter = /^@aws-sdk\/credential-provider-node$/;
    bundler.onResolve({ filter }, ({ path }) => ({ path, namespace: 'function' }));
    bundler.onLoad({ filter, namespace: 'function' }, () => ({
      contents: `export const defaultProvider = () => async () => {
        const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = process.env;
        if (!accessKeyId || !secretAccessKey) {
          const error = new Error('AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set: this bundle is made for Lambda, which sets them');
          error.name = 'CredentialsProviderError';
          throw error;
        }
        return { accessKeyId, secretAccessKey, sessionToken };
      };`,
    }));
  },
};

/**
 * Node's own modules come from `process.getBuiltinModule`: as an import each is resolved and linked by the module loader
 * and all its exports are read, getters that load further modules included. `process` is the global for the same reason.
 */
const builtinsAtHand: Plugin = {
  name: 'builtins-at-hand',
  setup(bundler) {
    const builtins = new Set(builtinModules);
    bundler.onResolve({ filter: /^(node:)?[a-z0-9_]+(\/[a-z0-9_]+)*$/ }, ({ path }) => {
      const name = path.replace(/^node:/, '');
      return builtins.has(name) ? { path: name, namespace: 'builtin', sideEffects: false } : undefined;
    });
    bundler.onLoad({ filter: /^/, namespace: 'builtin' }, ({ path }) => ({
      contents:
        path === 'process'
          ? 'module.exports = process;'
          : `module.exports = process.getBuiltinModule('node:${path}');`,
    }));
  },
};

/**
 * What only these reach: browsers, event streams, an instance that must ask for its region (Lambda sets AWS_REGION), a
 * Node without OpenSSL's SHA-256, clients with retryMode adaptive (src/lib/aws/clients.ts says standard). It is said by
 * an error, should that ever be wrong.
 */
const outOfReach: Plugin = {
  name: 'out-of-reach',
  setup(bundler) {
    const filter =
      /^(bowser|@smithy\/core\/event-streams|\.{1,2}\/.*(Sha256Js|getInstanceMetadataRegion|AdaptiveRetryStrategy))$/;
    const names = [
      'parse',
      'EventStreamSerde',
      'eventStreamSerdeProvider',
      'Sha256Js',
      'getInstanceMetadataRegion',
      'AdaptiveRetryStrategy',
    ];
    bundler.onResolve({ filter }, ({ path }) => ({ path, namespace: 'out-of-reach', sideEffects: false }));
    bundler.onLoad({ filter, namespace: 'out-of-reach' }, ({ path }) => ({
      contents: `function missing() {
          throw new Error(${JSON.stringify(`${path} is left out of this bundle, see scripts/bundle.ts`)});
        }
        export { ${names.map((name) => `missing as ${name}`).join(', ')} };`,
    }));
  },
};

/**
 * The SDK's own `await import(…)`s, all of them of the modules above, as calls. Each would wait for the module loader at
 * a first request, and make esbuild put what its target shares with the function into further files.
 */
const neverAwaited: Plugin = {
  name: 'never-awaited',
  setup(bundler) {
    const filter =
      /[\\/](node-http-handler|lambda-invoke-store|protocols|util-user-agent-browser)[\\/](dist-es[\\/])?[\w-]+\.js$/;
    bundler.onLoad({ filter }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(
        /await import\((['"](node:\w+|bowser|@smithy\/core\/event-streams)['"])\)/g,
        'require($1)',
      ),
    }));
  },
};

/** Parts of the SDK for which Lambda knows a shorter way to the same answer. */
const shorterInLambda: Plugin = {
  name: 'shorter-in-lambda',
  setup(bundler) {
    // There are no ~/.aws/config and ~/.aws/credentials; every client would look for them at its first call.
    bundler.onLoad({ filter: /[\\/]shared-ini-file-loader[\\/]loadSharedConfigFiles\.js$/ }, () => ({
      contents: `export { CONFIG_PREFIX_SEPARATOR } from "./constants";
        export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });`,
    }));
    // Of its package.json a client tells its version, in the user agent.
    bundler.onLoad({ filter: /[\\/]client-[\w-]+[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8')) as { version: string };
      return { loader: 'json', contents: JSON.stringify({ version }) };
    });
    // Asked by name: touching the globals ReadableStream and Blob makes Node load all of web streams.
    bundler.onLoad({ filter: /[\\/]util-stream[\\/]stream-type-check\.js$/ }, () => ({
      contents: `export const isReadableStream = (stream) => stream?.constructor?.name === "ReadableStream";
        export const isBlob = (blob) => blob?.constructor?.name === "Blob" || blob?.constructor?.name === "File";`,
    }));
  },
};

/** zod/mini's part that is in use, see there. */
const leanSchemas: Plugin = {
  name: 'lean-schemas',
  setup(bundler) {
    const path = join(import.meta.dirname, 'lean/zod-mini.ts');
    bundler.onResolve({ filter: /^zod\/mini$/ }, () => ({ path, sideEffects: false }));
  },
};

const settings: Record<BundleMode, BuildOptions> = {
  tuned: {
    bundle: true,
    platform: 'node',
    target,
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    // The SDK's ESM builds can be shaken; their CommonJS builds are taken whole.
    mainFields: ['module', 'main'],
    conditions: ['module', 'import'],
    treeShaking: true,
    minify: true,
    legalComments: 'none',
    // What is imported with `await import` stays a file of its own, read and compiled only when it is needed.
    splitting: true,
    plugins: [
      unusedSchemasAreFree,
      credentialsOfTheFunction,
      builtinsAtHand,
      neverAwaited,
      outOfReach,
      shorterInLambda,
      leanSchemas,
    ],
    // Something that a replaced module does not have must not become `undefined` in a function.
    logOverride: { 'import-is-undefined': 'error' },
  },
  // serverless-esbuild 1.57 without `custom.esbuild`: bundle, platform node, exclude aws-sdk (v2 only), and esbuild's own
  // defaults for the rest: CommonJS, not minified, mainFields main,module. Its target follows the runtime.
  default: {
    bundle: true,
    platform: 'node',
    target,
    external: ['aws-sdk'],
    // Its package would not say "type": "module"; a file of that name is CommonJS anywhere.
    outExtension: { '.js': '.cjs' },
  },
};

/** What packaging and benchmarks share. */
export const deployedBundle: BuildOptions = settings.tuned;

export interface Bundle {
  /** The file that exports `handler`, as an absolute path. */
  file: string;
  /** Of all files, also those that are loaded only when needed. */
  bytes: number;
  /** Of the files that loading the handler reads. */
  bytesAtLoad: number;
  /** Modules of the SDK's clients that loading the handler reads, as absolute paths. */
  sdkAtLoad: string[];
}

/** Bundles a handler's file into `outdir`, which should be empty before. */
export async function bundleHandler(
  entry: string,
  outdir: string,
  { mode }: { mode: BundleMode },
): Promise<Bundle> {
  const { metafile } = await build({
    ...settings[mode],
    entryPoints: [entry],
    outdir,
    metafile: true,
    logLevel: 'warning',
  });
  const outputs = new Map(Object.entries(metafile.outputs));
  const [main] =
    [...outputs].find(
      ([, output]) => output.entryPoint !== undefined && basename(output.entryPoint) === basename(entry),
    ) ?? [];
  if (main === undefined) throw new Error(`esbuild wrote no file for ${entry}`);

  const atLoad = new Set<string>();
  const follow = (path: string): void => {
    const output = outputs.get(path);
    if (output === undefined || atLoad.has(path)) return;
    atLoad.add(path);
    for (const { path: imported, kind } of output.imports) if (kind === 'import-statement') follow(imported);
  };
  follow(main);
  const sum = (paths: Iterable<string>) =>
    [...paths].reduce((bytes, path) => bytes + outputs.get(path)!.bytes, 0);
  const modules = [...atLoad].flatMap((path) => Object.keys(outputs.get(path)!.inputs));
  return {
    file: resolve(main),
    bytes: sum(outputs.keys()),
    bytesAtLoad: sum(atLoad),
    sdkAtLoad: modules.filter((path) => /@aws-sdk[\\/]client-/.test(path)).map((path) => resolve(path)),
  };
}

/** The functions: every file of src/handlers that exports `handler`. */
export async function handlerEntries(root: string): Promise<{ name: string; entry: string }[]> {
  const folder = join(root, 'src/handlers');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts')).sort();
  const found = await Promise.all(
    files.map(async (file) => {
      const entry = join(folder, file);
      const text = await readFile(entry, 'utf8');
      return /^export const handler\b/m.test(text) ? [{ name: basename(file, '.ts'), entry }] : [];
    }),
  );
  return found.flat();
}

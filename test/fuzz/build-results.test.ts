import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { classifyFailure } from '../../packer/environment/bake/failure-class';
import { collectOutput, humanText, parseMachineLine } from '../../packer/environment/bake/machine-readable';
import { manifestAmis } from '../../packer/environment/bake/manifest';
import { lastLines, maskSecrets } from '../../packer/environment/bake/mask';
import { exportLines, judge } from '../../packer/environment/bake/outcome';
import { packerCall } from '../../packer/environment/bake/packer-arguments';
import { BakeRefused, readRequest } from '../../packer/environment/bake/request';
import { buildFailure } from '../../src/lib/lifecycle/build-failure';
import { readTold } from '../../src/lib/ledger/package-list';
import { readAmis } from '../../src/lib/lifecycle/exported-amis';
import type { BuildObservation } from '../../src/lib/lifecycle/observation';
import { hostileText, mutated, nested } from './hostile';
import { always, within } from './runs';

const environment = {
  BAKE_ID: 'b-01',
  BAKERY_IMAGE: 'web/x86_64',
  BAKERY_ROOT: 'images',
  BAKERY_TEMPLATE: 'web',
  BAKERY_INPUTS: '["web","common"]',
  BAKERY_ONLY: '[]',
  BAKERY_VARIABLES: '{"nginx_version":"1.28"}',
  BAKERY_CONTRACT: '{"source_ami":"ami-0a","ami_name":"web-b-01","tags":{"CostCenter":"4711"}}',
};

const manifest = {
  builds: [
    { artifact_id: 'eu-west-1:ami-0a1b2c3d4e5f60718', packer_run_uuid: 'u-2', name: 'web', files: null },
    { artifact_id: 'eu-west-1:ami-0a1b2c3d4e5f60719', packer_run_uuid: 'u-1', name: 'web', files: null },
  ],
  last_run_uuid: 'u-2',
};

const machineLine = fc
  .tuple(
    fc.oneof(fc.constantFrom('1732242000', ''), hostileText),
    fc.oneof(fc.constantFrom('amazon-ebs.web', ''), hostileText),
    fc.constantFrom('artifact', 'artifact-count', 'error', 'ui', 'version', '__proto__'),
    fc.array(
      fc.oneof(
        fc.constantFrom(
          'id',
          'error',
          '0',
          '1',
          'eu-west-1:ami-0a1b2c3d',
          '%!(PACKER_COMMA)',
          '\\n\\r\\\\',
          'end',
        ),
        hostileText,
      ),
      { maxLength: 5 },
    ),
  )
  .map(([at, target, type, data]) => [at, target, type, ...data].join(','));

describe('what a build is asked for', () => {
  const holds = (asked: Record<string, string | undefined>) => {
    try {
      const request = within(2_000, () => readRequest(asked));
      for (const path of [request.template, ...request.inputs]) expect(path.split('/')).not.toContain('..');
      expect(Object.values(request.variables).every((value) => typeof value === 'string')).toBe(true);
    } catch (error) {
      if (!(error instanceof BakeRefused)) throw error;
      expect(error.message.length).toBeLessThanOrEqual(1_000);
    }
  };

  it('is a request or refused', () =>
    always<[unknown]>(400, [mutated<object>(environment)], (asked) => {
      holds(
        Object.fromEntries(
          Object.entries(asked as object).map(([name, value]) => [name, String(JSON.stringify(value))]),
        ),
      );
      const texts = Object.entries(asked as object).filter(([, value]) => typeof value === 'string');
      holds(Object.fromEntries(texts));
    }));

  it.each<[string, Record<string, string>]>([
    ['a megabyte that is no JSON', { BAKERY_VARIABLES: 'x'.repeat(1_000_000) }],
    ['a megabyte of a path', { BAKERY_TEMPLATE: '/'.repeat(1_000_000) }],
    ['100,000 levels', { BAKERY_INPUTS: '['.repeat(100_000) + ']'.repeat(100_000) }],
    [
      '100,000 levels of a variable',
      { BAKERY_VARIABLES: `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}` },
    ],
    ['100,000 levels of a contract', { BAKERY_CONTRACT: '['.repeat(100_000) + ']'.repeat(100_000) }],
    [
      '100,000 levels of tags',
      { BAKERY_CONTRACT: `{"tags":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}` },
    ],
  ])('of %s is refused in time, and shortly', (_, part) => holds({ ...environment, ...part }));
});

describe('a classic template', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-template-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const template = { variables: { source_ami: '', nginx_version: '1' }, builders: [{ type: 'amazon-ebs' }] };

  it('gets what it declares, or is refused', () =>
    always<[string]>(
      200,
      [
        fc.oneof(
          hostileText,
          mutated<object>(template).map((it) => JSON.stringify(it)),
        ),
      ],
      (text) => {
        writeFileSync(join(folder, 'web.json'), text);
        const request = { ...readRequest(environment), template: 'web.json' };
        try {
          const { build } = packerCall(request, folder);
          expect(build.at(-1)).toBe('web.json');
          expect(build.every((argument) => typeof argument === 'string')).toBe(true);
        } catch (error) {
          if (!(error instanceof BakeRefused)) throw error;
          expect(error.message).toContain('web.json');
          expect(error.message.length).toBeLessThanOrEqual(1_000);
        }
      },
    ));
});

describe('a manifest', () => {
  const holds = (text: string) => {
    const amis = within(2_000, () => manifestAmis(text));
    if (amis !== undefined) for (const ami of amis) expect(ami).toContain(':ami-');
  };
  it('of any kind names AMIs or is none', () =>
    always<[string]>(
      500,
      [
        fc.oneof(
          hostileText,
          fc.json(),
          mutated<object>(manifest).map((it) => JSON.stringify(it)),
        ),
      ],
      holds,
    ));
  it.each(['null', '1', '"a"', '[]', '{"builds":[null],"last_run_uuid":"u"}', JSON.stringify(nested(1_000))])(
    '%.60s is none, or names none',
    holds,
  );
});

describe('what packer says', () => {
  it('is judged within bounds, whatever it is', () =>
    always<[string[], string[], number, string]>(
      300,
      [
        fc.array(machineLine, { maxLength: 8 }),
        fc.array(hostileText, { maxLength: 8 }),
        fc.constantFrom(0, 1),
        hostileText,
      ],
      (machine, lines, exitCode, text) => {
        const parsed = machine.flatMap((line) => parseMachineLine(line) ?? []);
        for (const line of parsed) expect(typeof (humanText(line) ?? '')).toBe('string');
        const outcome = judge({
          exitCode,
          output: collectOutput(parsed),
          lines: maskSecrets(lines),
          manifest: manifestAmis(text),
          packerVersion: '1.11.2',
        });
        expect((outcome.amis === '') === (outcome.failureClass !== '')).toBe(true);
        if (outcome.amis !== '') expect(readAmis(outcome.amis)).toBeDefined();
        expect(outcome.failureLines.length).toBeLessThanOrEqual(20);
        expect(Buffer.byteLength(outcome.failureLines.join('\n'))).toBeLessThanOrEqual(2_000);
      },
    ));

  const million = (part: string) => part.repeat(1_000_000 / part.length);
  it.each([
    ['spot request '],
    ['Provisioner '],
    ['secret_access_key='],
    ['password: a'],
    ['://a:'],
    ['-----BEGIN '],
    ['Bearer '],
    [','],
    ['\\n'],
    ['é'],
    ['\u{1F4A9}'],
  ])('a line of a megabyte of %s is judged in time', (part) => {
    const line = million(part);
    within(5_000, () => {
      const lines = maskSecrets([line]);
      classifyFailure([line], lines, 'build');
      const kept = lastLines(lines, 20, 2_000);
      expect(Buffer.byteLength(kept.join('\n'))).toBeLessThanOrEqual(2_000);
      parseMachineLine(`1,a,ui,say,${line}`);
    });
  });

  it('comes through the shell as it was', () =>
    always<[string[]]>(25, [fc.array(hostileText, { maxLength: 3 })], (lines) => {
      const failureLines = lastLines(
        lines.map((line) => line.replaceAll('\0', '')),
        20,
        2_000,
      );
      const script = exportLines({ amis: '', failureClass: 'script', failureLines, packerVersion: '1' });
      const said = execFileSync('/bin/sh', ['-c', `${script}\nprintf %s "$FAILURE_LINES"`], { env: {} });
      expect(said).toEqual(Buffer.from(failureLines.join('\n')));
    }));
});

describe('what a build exports', () => {
  const build = (exported: Record<string, string>, failureContext?: string): BuildObservation => ({
    buildId: 'bakery-bake:1',
    status: 'FAILED',
    exported,
    ...(failureContext === undefined ? {} : { failureContext }),
  });

  it('AMIs: a region each, or nothing at all', () =>
    always<[string]>(
      500,
      [
        fc.oneof(
          hostileText,
          fc
            .array(
              fc.oneof(
                fc.constantFrom('eu-west-1:ami-0a1b2c3d', 'us-east-1:ami-0a1b2c3d4e5f60718', ''),
                hostileText,
              ),
              {
                maxLength: 4,
              },
            )
            .map((parts) => parts.join(',')),
        ),
      ],
      (text) => {
        const amis = readAmis(text);
        if (amis === undefined) return;
        expect(Object.keys(amis).length).toBeGreaterThan(0);
        for (const [region, id] of Object.entries(amis))
          expect(`${region}:${id}`).toMatch(/^[a-z-]+-\d:ami-[0-9a-f]+$/);
      },
    ));

  it('failures: of a known class, in bounded words', () =>
    always<[string, string, string | undefined]>(
      300,
      [
        fc.oneof(fc.constantFrom('script', 'capacity'), hostileText),
        hostileText,
        fc.option(hostileText, { nil: undefined }),
      ],
      (FAILURE_CLASS, FAILURE_LINES, context) => {
        const {
          class: kind,
          message,
          lines,
        } = buildFailure(build({ FAILURE_CLASS, FAILURE_LINES }, context));
        expect(kind).toMatch(/^(capacity|throttle|spot|network|script|template|unknown)$/);
        expect(message.length).toBeLessThanOrEqual(1_000);
        expect(lines.length).toBeLessThanOrEqual(20);
      },
    ));

  it('packages and builder: of their hash and short, or not known', () =>
    always<[string, string, string]>(
      400,
      [
        fc.oneof(hostileText, fc.stringMatching(/^[0-9a-f]{64}$/)),
        fc.oneof(
          hostileText,
          fc.string().map((text) => gzipSync(text).toString('base64')),
          fc.base64String(),
        ),
        hostileText,
      ],
      (PACKAGES_HASH, PACKAGES, BUILDER) => {
        const lying = within(2_000, () => readTold({ PACKAGES_HASH, PACKAGES, BUILDER }));
        if (PACKAGES !== '') expect(lying.packages).toBeUndefined();
        if (lying.builder !== undefined) expect(lying.builder).toMatch(/^[!-~ ]{1,300}$/);
      },
    ));

  it('a megabyte of packages, or what unpacks to a gigabyte, is read in time', () => {
    const hash = '0'.repeat(64);
    const bomb = gzipSync(gzipSync(Buffer.alloc(100_000_000))).toString('base64');
    for (const PACKAGES of [
      'A'.repeat(1_000_000),
      bomb,
      gzipSync(Buffer.alloc(15_000_000)).toString('base64'),
    ]) {
      const read = within(2_000, () =>
        readTold({ PACKAGES_HASH: hash, PACKAGES, BUILDER: 'x'.repeat(1_000_000) }),
      );
      expect(read).toEqual({});
    }
  });

  it('a megabyte of it is read in time', () => {
    const text = 'eu-west-1:ami-0a1b2c3d,'.repeat(40_000);
    within(2_000, () => expect(readAmis(text)).toBeUndefined());
    const { message, lines } = within(2_000, () =>
      buildFailure(
        build({ FAILURE_LINES: '\n'.repeat(1_000_000) + 'x'.repeat(1_000_000) }, 'y'.repeat(1_000_000)),
      ),
    );
    expect(message.length + lines.join('').length).toBeLessThan(10_000);
    const context = within(2_000, () => buildFailure(build({}, 'y'.repeat(1_000_000))));
    expect(context.message.length).toBeLessThan(1_000);
  });
});

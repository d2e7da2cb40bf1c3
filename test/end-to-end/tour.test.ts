import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalBakery } from '../../src/local/bakery/local-bakery';
import { makeScratch } from '../../src/local/bakery/scratch';
import { prepareEvidence, writeEvidence } from '../../src/local/tour/evidence';
import { reportImages } from '../../src/local/tour/report';
import type { ReportedImage } from '../../src/local/tour/report';
import { startTour } from '../../src/local/tour/start-tour';
import { runStep } from '../../src/local/tour/tour';
import type { StepOutcome } from '../../src/local/tour/tour';

interface Call {
  step: string;
  at: string;
  account: string;
  caller: string;
  service: string;
  operation: string;
  input: Record<string, unknown>;
  outcome: string;
  userAgent?: string;
}

interface State {
  accounts: Record<
    string,
    Record<
      string,
      {
        images: { ImageId: string; sharedWith: string[] }[];
        instances: { State: { Name: string } }[];
        parameters: Record<string, string>;
        builds: { buildStatus: string }[];
      }
    >
  >;
}

/** One tour with the stand-in; what the tests look at is what it left behind. */
describe('the tour', () => {
  const evidence = mkdtempSync(join(tmpdir(), 'bakery-test-'));
  const scratch = makeScratch();
  const outcomes: StepOutcome[] = [];
  let images: ReportedImage[] = [];
  let calls: Call[] = [];
  let state: State;

  beforeAll(async () => {
    let bakery: LocalBakery | undefined;
    try {
      prepareEvidence(evidence);
      const searchPath = process.env['PATH'] ?? '';
      const { setting, steps } = await startTour({ scratch, searchPath, evidence, seed: 7 }, (made) => {
        bakery = made;
      });
      for (const step of steps) outcomes.push(await runStep(setting, step));
      images = await reportImages(setting.bakery);
      await writeEvidence(evidence, setting.bakery, outcomes);
    } finally {
      await bakery?.close();
    }
    calls = lines<Call>('calls.jsonl');
    state = JSON.parse(readFileSync(join(evidence, 'state.json'), 'utf8')) as State;
  }, 120_000);

  afterAll(async () => {
    await scratch.remove();
    rmSync(evidence, { recursive: true });
  });

  const lines = <T>(name: string): T[] =>
    readFileSync(join(evidence, name), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as T);

  const buildsIn = (step: string): string[] =>
    calls
      .filter((call) => call.step === step && call.operation === 'StartBuild' && call.outcome === 'ok')
      .map(({ account, input }) => {
        const variables = input['environmentVariablesOverride'] as { name: string; value: string }[];
        return `${account} ${variables.find(({ name }) => name === 'BAKERY_IMAGE')?.value}`;
      })
      .sort();

  const everything = [
    '111111111111 base-al2023/x86_64',
    '111111111111 batch/x86_64',
    '111111111111 web/x86_64',
    '222222222222 shop/x86_64',
  ];
  const web = '111111111111 web/x86_64';

  test('every step held', () => {
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([]);
    expect(outcomes.map(({ id }) => id)).toEqual([
      'push',
      'child-only',
      'no-op',
      'revert',
      'night',
      'unchanged',
      'failure',
      'test-failed',
      'approval',
      'bad-config',
      'distrust',
      'lost',
      'janitor',
      'distribute',
      'share',
      'rollback',
      'promote',
      'soak',
      'window',
      'revoke',
      'retention',
      'observe',
      'adopt',
      'preflight',
    ]);
  });

  test.each([
    ['setup', []],
    ['push', everything],
    ['child-only', [web]],
    ['no-op', []],
    ['revert', [web]],
    ['night', everything],
    ['unchanged', everything.slice(0, 1)],
    ['failure', [web, web]],
    // Two bakes, and the test of each.
    ['test-failed', [web, web, web, web]],
    ['approval', [web]],
    ['bad-config', []],
    ['distrust', []],
    ['lost', everything],
    ['janitor', [web, web]],
    ['distribute', [web]],
    ['share', []],
    ['rollback', [web]],
    ['promote', [web]],
    ['soak', [web]],
    ['window', [web]],
    // The others were made of the same things on the good base before.
    ['revoke', [web]],
    // AMIs that change their state wake reconcile twice in two weeks: two nights, which brought nothing new.
    ['retention', [everything[0], everything[0]]],
    ['observe', []],
    ['adopt', ['111111111111 legacy-app/x86_64']],
    ['preflight', []],
  ])('in step %s CodeBuild was asked for these builds and no other', (step, expected) => {
    expect(buildsIn(step)).toEqual(expected);
  });

  test('in step observe the account called nothing that changes anything but its own ledger', () => {
    const changing = /^(Start|Put|Create|Modify|Add|Publish|Copy|Run|Terminate)/;
    expect(
      calls.filter(
        ({ step, account, service, operation }) =>
          step === 'observe' &&
          account === '111111111111' &&
          service !== 'DynamoDB' &&
          changing.test(operation),
      ),
    ).toEqual([]);
  });

  test('in step retention nobody but the function retire took AMIs out of use', () => {
    const inStep = calls.filter(({ step }) => step === 'retention');
    const of = (operation: string) => inStep.filter((call) => call.operation === operation);
    const ending = ['EnableImageDeprecation', 'DisableImage', 'DeregisterImage'];
    const callers = ending.flatMap((operation) => of(operation).map(({ caller }) => caller));
    expect(new Set(callers)).toEqual(new Set(['lambda:retire']));
    const [deprecated, disabled, gone] = ending.map((operation) => of(operation).length);
    expect([disabled, gone]).toEqual([deprecated, deprecated]);
    expect(gone).toBeGreaterThan(1);
  });

  test('in step preflight the doctor read, and a person changed what it told her to change', () => {
    const inStep = calls.filter(({ step }) => step === 'preflight');
    const operations = (caller: string) =>
      inStep.filter((call) => call.caller === caller).map(({ operation }) => operation);
    const looks = operations('person:doctor');
    expect(looks.length).toBeGreaterThan(50);
    expect(looks.filter((it) => !/^(BatchGet|Describe|Get|List|Query|Simulate)/.test(it))).toEqual([]);
    expect(operations('person:alice').slice(-6).sort()).toEqual([
      'DisableEbsEncryptionByDefault',
      'ModifyImageAttribute',
      'PutKeyPolicy',
      'RequestServiceQuotaIncrease',
      'SetTopicAttributes',
      'Subscribe',
    ]);
  });

  test('in step unchanged no bakery wrote a parameter, changed an AMI that stays or published one', () => {
    const publishing = calls.filter(
      ({ step, caller, service, operation }) =>
        step === 'unchanged' &&
        caller === 'lambda:reconcile' &&
        (/^(PutParameter|ModifyImageAttribute|CreateTags)$/.test(operation) ||
          (service === 'SNS' && operation === 'Publish')),
    );
    // The hour strikes in it: what every channel has is told again.
    expect(publishing.filter(({ input }) => !JSON.stringify(input).includes('inventory/1'))).toEqual([]);
  });

  test('in step adopt the parameter was not written before it was free', () => {
    const parameter = calls.filter(
      ({ step, service, operation, input }) =>
        step === 'adopt' &&
        service === 'SSM' &&
        /^(Put|Add|Remove)/.test(operation) &&
        JSON.stringify(input).includes('/legacy/'),
    );
    expect(parameter.map(({ caller, operation, outcome }) => `${caller} ${operation} ${outcome}`)).toEqual([
      'person:alice PutParameter ok',
      'lambda:reconcile PutParameter ParameterAlreadyExists',
      'person:alice RemoveTagsFromResource ok',
      'lambda:reconcile PutParameter ParameterAlreadyExists',
      'lambda:reconcile AddTagsToResource ok',
      'lambda:reconcile PutParameter ok',
    ]);
  });

  test('every image is current at the end, in each account, with its AMI in the parameter', () => {
    expect(images.map(({ account, image, decision }) => [account, image, decision])).toEqual([
      ['111111111111', 'base-al2023', 'current'],
      ['111111111111', 'batch', 'current'],
      ['111111111111', 'legacy-app', 'current'],
      ['111111111111', 'legacy', 'current'],
      ['111111111111', 'web', 'current'],
      ['222222222222', 'shop', 'current'],
      ['333333333333', 'base-al2023', 'current'],
    ]);
    for (const { account, image, architecture, channel, amiId } of images) {
      const { parameters } = state.accounts[account]!['eu-west-1']!;
      expect(parameters[`/bakery/${image}/${architecture}/${channel}`]).toBe(amiId);
    }
  });

  test('the consumer uses the AMI of the platform, which is shared with it and with nobody unknown', () => {
    const base = images.find(({ image }) => image === 'base-al2023')!;
    const { images: owned } = state.accounts['111111111111']!['eu-west-1']!;
    expect(images.at(-1)?.amiId).toBe(base.amiId);
    expect(owned.find(({ ImageId }) => ImageId === base.amiId)?.sharedWith.toSorted()).toEqual([
      '222222222222',
      '333333333333',
    ]);
  });

  test('no instance is left running, no build unfinished', () => {
    for (const regions of Object.values(state.accounts)) {
      for (const { instances, builds } of Object.values(regions)) {
        expect(instances.filter(({ State: { Name } }) => Name !== 'terminated')).toEqual([]);
        expect(builds.filter(({ buildStatus }) => buildStatus === 'IN_PROGRESS')).toEqual([]);
      }
    }
  });

  test('every call says when, who and what; builds call over HTTP and say with what', () => {
    for (const call of calls) {
      expect(call).toMatchObject({
        step: expect.stringMatching(/^[a-z-]+$/) as string,
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
        account: expect.stringMatching(/^\d{12}$/) as string,
        caller: expect.stringMatching(/^\S+$/) as string,
        outcome: expect.any(String) as string,
      });
    }
    const byBuilds = calls.filter(({ operation }) => operation === 'CreateImage');
    expect(byBuilds.length).toBe(30);
    for (const { userAgent } of byBuilds) expect(userAgent).toMatch(/\S/);
  });

  test('events say what was delivered to whom, and in step lost what was not', () => {
    const events = lines<{ step: string; kind: string; outcome: string }>('events.jsonl');
    const dropped = events.filter(({ outcome }) => outcome === 'dropped');
    expect(new Set(dropped.map(({ step }) => step))).toEqual(new Set(['lost']));
    expect(new Set(dropped.map(({ kind }) => kind))).toEqual(new Set(['eventbridge', 'sns']));
  });
});

import fc from 'fast-check';
import { minuteMs } from '../../src/lib/definitions/instant';
import { known, unknown } from '../../src/lib/definitions/known';
import { nextBuildStep, type BuildFacts } from '../../src/lib/lifecycle/build-step';
import { readAmis } from '../../src/lib/lifecycle/exported-amis';
import { aBake, aBuild, noon } from './bakes';

describe('a claimed bake', () => {
  const claimed = aBake();
  test.each<[string, number, BuildFacts, object]>([
    ['is started at once', 0, {}, { do: 'start' }],
    ['is started again, word for word, while its token holds', 3.9 * minuteMs, {}, { do: 'start' }],
    ['is searched for afterwards', 4 * minuteMs, {}, { do: 'search' }],
    [
      'is attached to the build that carries its id',
      5 * minuteMs,
      { found: known([aBuild({ buildId: 'bake:9', bakeId: 'b-00' }), aBuild({ buildId: 'bake:7' })]) },
      { do: 'attach', buildId: 'bake:7' },
    ],
    ['waits while no build shows', 9 * minuteMs, { found: known([]) }, { do: 'wait' }],
    ['waits while builds cannot be listed', 60 * minuteMs, { found: unknown('throttled') }, { do: 'wait' }],
    [
      'is abandoned after ten minutes without a build',
      10 * minuteMs,
      { found: known([aBuild({ bakeId: 'b-00' })]) },
      { do: 'end', status: 'abandoned' },
    ],
  ])('%s', (_, age, facts, expected) => {
    expect(nextBuildStep(claimed, facts, noon + age)).toMatchObject(expected);
  });
});

describe('a bake that builds', () => {
  const building = aBake({ status: 'building', buildId: 'bake:1' });
  const ends = (build: object) =>
    nextBuildStep(building, { build: known(aBuild({ exported: {}, ...build })) }, noon);

  test('waits while its build was not read, cannot be read, or does not show yet', () => {
    for (const build of [undefined, unknown('throttled'), known(undefined)]) {
      expect(nextBuildStep(building, { build }, noon).do).toBe('wait');
    }
  });

  test('gives up a build that CodeBuild does not know when it must have ended, and not before', () => {
    const build = known(undefined);
    expect(nextBuildStep(building, { build }, noon + 119 * minuteMs).do).toBe('wait');
    expect(nextBuildStep(building, { build }, noon + 120 * minuteMs)).toMatchObject({
      do: 'end',
      status: 'abandoned',
      failure: { class: 'abandoned' },
    });
  });

  test('asks for adoption of every AMI the build exported', () => {
    const AMIS = 'eu-west-1:ami-0123456789abcdef0,us-east-1:ami-0fedcba9876543210';
    expect(ends({ exported: { AMIS } })).toEqual({
      do: 'adopt',
      amis: { 'eu-west-1': 'ami-0123456789abcdef0', 'us-east-1': 'ami-0fedcba9876543210' },
    });
  });

  test.each([
    ['IN_PROGRESS', 'wait', undefined, undefined],
    ['FAULT', 'end', 'failed', 'fault'],
    ['STOPPED', 'end', 'failed', 'stopped'],
    ['TIMED_OUT', 'end', 'timed-out', 'timed-out'],
    ['FAILED', 'end', 'failed', 'unknown'],
  ])('build status %s: %s %s %s', (status, step, ending, failureClass) => {
    const next = ends({ status });
    expect(next.do).toBe(step);
    if (next.do === 'end') {
      expect([next.status, next.failure.class]).toEqual([ending, failureClass]);
    }
  });

  test('a failed build is told with the class and the last lines that the buildspec exported', () => {
    const next = ends({
      status: 'FAILED',
      exported: { FAILURE_CLASS: 'script', FAILURE_LINES: 'installing\n\nE: no such package nginx9' },
    });
    expect(next).toEqual({
      do: 'end',
      status: 'failed',
      failure: {
        class: 'script',
        message: 'Build bake:1 failed: E: no such package nginx9',
        lines: ['installing', 'E: no such package nginx9'],
      },
    });
  });

  test('a class that the buildspec does not know is unknown', () => {
    expect(ends({ status: 'FAILED', exported: { FAILURE_CLASS: 'rejected' } })).toMatchObject({
      failure: { class: 'unknown' },
    });
  });

  test.each([
    ['names no AMI', {}, 'named no AMI'],
    ['names an empty list', { AMIS: '' }, 'named no AMI'],
    [
      'exports something else',
      { AMIS: '{"eu-west-1":"ami-0123456789abcdef0"}' },
      'which is not region:ami-…',
    ],
  ])('a build that succeeds and %s is rejected', (_, exported, why) => {
    const next = ends({ exported });
    expect(next).toMatchObject({ do: 'end', status: 'rejected' });
    expect(JSON.stringify(next)).toContain(why);
  });

  test('the build of another bake is rejected, with both ids', () => {
    const next = ends({ bakeId: 'b-99', exported: { AMIS: 'eu-west-1:ami-0123456789abcdef0' } });
    expect(next).toMatchObject({ do: 'end', status: 'rejected' });
    expect(JSON.stringify(next)).toMatch(/b-99.*b-01/);
  });

  test('exported lines stay bounded whatever is exported', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20_000 }), (FAILURE_LINES) => {
        const next = ends({ status: 'FAILED', exported: { FAILURE_LINES } });
        return next.do === 'end' && JSON.stringify(next.failure.lines).length < 20 * 2_000;
      }),
    );
  });
});

test('only region:ami pairs, each region once, are AMIs', () => {
  expect(readAmis('eu-west-1:ami-0123456789abcdef0')).toEqual({ 'eu-west-1': 'ami-0123456789abcdef0' });
  for (const wrong of ['', 'ami-0123456789abcdef0', 'eu-west-1:i-0123456789abcdef0', 'eu-west-1:ami-xyz']) {
    expect(readAmis(wrong)).toBeUndefined();
  }
  expect(readAmis('eu-west-1:ami-01234567,eu-west-1:ami-12345678')).toBeUndefined();
});

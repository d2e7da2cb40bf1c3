import { readReport } from '../../src/lib/lifecycle/test-run';
import { report } from './reports';

describe('a report', () => {
  const padded = (length: number) => report(['a.sh', 'passed']).padEnd(length);

  test.each([
    ['none', undefined],
    ['no JSON', '{'],
    ['null', 'null'],
    ['no list', '{"checks":{}}'],
    ['too long a text', padded(20_001)],
    [
      'what is no check',
      '{"checks":[null,1,{"name":"a.sh"},{"status":"passed"},{"name":7,"status":"passed"},{"name":"a.sh","status":["passed"]},{"name":"a.sh","status":"great"}]}',
    ],
  ])('that is %s says nothing', (_, text) => {
    expect(readReport(text)).toEqual([]);
  });

  test('is read with every outcome of a check, as long as it may be', () => {
    const outcomes = ['passed', 'failed', 'skipped', 'timed-out', 'error'];
    const all = report(...outcomes.map((status): [string, string] => ['a.sh', status]));
    expect(readReport(all).map(({ status }) => status)).toEqual(outcomes);
    expect(readReport(padded(20_000))).toStrictEqual([{ name: 'a.sh', status: 'passed', ms: 5 }]);
    expect(readReport('{"checks":[{"name":"a.sh","status":"passed","ms":1e999}]}')).toMatchObject([
      { ms: 0 },
    ]);
  });

  test('is bounded, whatever a buildspec exports', () => {
    const check = {
      name: 'n'.repeat(300),
      status: 'failed',
      ms: 'soon',
      lines: ['0', ...Array.from({ length: 9 }, (_, line) => String(line)), 1, 'x'.repeat(301)],
    };
    const [read] = readReport(JSON.stringify({ checks: [check] }));
    expect(read).toEqual({
      name: 'n'.repeat(200),
      status: 'failed',
      ms: 0,
      lines: ['2', '3', '4', '5', '6', '7', '8', 'x'.repeat(300)],
    });
    const many = JSON.stringify({
      checks: Array.from({ length: 60 }, () => ({ name: 'a', status: 'passed' })),
    });
    expect(readReport(many)).toHaveLength(50);
  });
});

import type { Finding } from '../../src/lib/definitions/finding';
import { show, toProblems } from '../../src/lib/definitions/finding';
import { formatProblem } from '../../src/lib/definitions/problem';

it.each<[unknown, string]>([
  ['web', '"web"'],
  [5, '5'],
  [true, 'true'],
  [null, 'nothing'],
  [undefined, 'nothing'],
  [['a'], 'a list'],
  [{ a: 1 }, 'a map'],
  ['a\u0007b\u2028c\n', '"a\uFFFDb\uFFFDc\uFFFD"'],
  ['x'.repeat(78), `"${'x'.repeat(78)}"`],
  ['x'.repeat(79), `"${'x'.repeat(78)}…`],
])('%j is shown as %s', (value, shown) => {
  expect(show(value)).toBe(shown);
});

describe('of many findings', () => {
  const at = (line: number, code: Finding['code'] = 'BAD_BASE', column = 1): Finding => ({
    code,
    path: [],
    place: { line, column },
    message: `at ${line}.`,
    fix: 'Mend it.',
  });
  const nowhere = () => ({ line: 0, column: 0 });
  const lines = (findings: Finding[]) => toProblems(findings, nowhere).map(({ line }) => line);

  it('those further up come first, in a line those further left', () => {
    expect(lines([at(3), at(1), at(2)])).toEqual([1, 2, 3]);
    const inLine = toProblems([at(1, 'BAD_BASE', 9), at(1, 'CYCLE', 2)], nowhere);
    expect(inLine.map(({ column }) => column)).toEqual([2, 9]);
  });

  const warnings = (count: number, from = 1) =>
    Array.from({ length: count }, (_, index) => at(from + index, 'SCHEDULE_NEAR_ANCESTOR'));
  const errors = (count: number, from: number) =>
    Array.from({ length: count }, (_, index) => at(from + index));

  it('200 are shown, errors before warnings, and the others counted', () => {
    const problems = toProblems([...warnings(200), ...errors(50, 1_000)], nowhere);
    expect(problems).toHaveLength(201);
    expect(problems.filter(({ line }) => line >= 1_000)).toHaveLength(50);
    expect(problems.filter(({ line }) => line > 0 && line < 1_000)).toHaveLength(150);
    expect(problems.at(-1)).toEqual({
      code: 'MORE_PROBLEMS',
      severity: 'warning',
      message: 'There are 50 more problems.',
      fix: 'Correct those above first.',
      path: '',
      line: 0,
      column: 0,
    });
  });

  it('they stay in the order of the text', () => {
    const problems = toProblems([...errors(10, 500), ...warnings(300)], nowhere).slice(0, -1);
    const shown = problems.map(({ line }) => line);
    expect(shown).toEqual([...shown].sort((a, b) => a - b));
  });

  it('200 are shown whole', () => {
    const problems = toProblems([...warnings(100), ...errors(100, 1_000)], nowhere);
    expect(problems).toHaveLength(200);
    expect(problems.at(-1)?.code).toBe('BAD_BASE');
  });

  it('errors among the first 200 leave their room to warnings behind them', () => {
    const problems = toProblems([...errors(10, 1), ...warnings(300, 100)], nowhere);
    expect(problems.filter(({ code }) => code === 'BAD_BASE')).toHaveLength(10);
    expect(problems.filter(({ code }) => code === 'SCHEDULE_NEAR_ANCESTOR')).toHaveLength(190);
    expect(problems.at(-1)).toMatchObject({ severity: 'warning', message: 'There are 110 more problems.' });
  });

  it('hidden errors and warnings together count as errors', () => {
    expect(toProblems([...errors(201, 1), ...warnings(5, 300)], nowhere).at(-1)).toMatchObject({
      severity: 'error',
      message: 'There are 6 more problems.',
    });
  });

  it('the path is written with dots', () => {
    expect(toProblems([{ ...at(1), path: ['images', 'web', 'inputs', 0] }], nowhere)[0]?.path).toBe(
      'images.web.inputs.0',
    );
  });

  it('an error that is not shown is counted as one', () => {
    expect(toProblems(errors(201, 1), nowhere).at(-1)).toMatchObject({
      severity: 'error',
      message: 'There are 1 more problems.',
    });
    expect(toProblems(errors(200, 1), nowhere)).toHaveLength(200);
  });

  it('suggestions are worked out for those that are shown only', () => {
    let asked = 0;
    const suggesting = errors(300, 1).map((one) => ({ ...one, suggest: () => (asked++, undefined) }));
    expect(toProblems(suggesting, nowhere)[0]).not.toHaveProperty('suggestion');
    expect(asked).toBe(200);
  });
});

it.each([
  [3, 5, 'f:3:5 error C wrong. Did you mean "x"? Mend it.', 'x'],
  [1, 1, 'f:1:1 error C wrong. Mend it.', undefined],
  [0, 0, 'f error C wrong. Mend it.', undefined],
])('a problem at %i:%i is one line', (line, column, text, suggestion) => {
  const problem = { code: 'C', severity: 'error' as const, message: 'wrong.', fix: 'Mend it.', path: '' };
  expect(formatProblem('f', { ...problem, line, column, suggestion })).toBe(text);
});

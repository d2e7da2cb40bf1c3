/**
 * Something wrong with a file a person wrote (bakery.yml, settings): where it stands, what was found, what to do.
 * All problems of a file are reported together.
 */
export interface Problem {
  /** Stable and upper-case, e.g. `UNKNOWN_BASE`; documented in docs/bakery-yml.md. */
  code: string;
  severity: 'error' | 'warning';
  /** One sentence: what is wrong, the wrong value included. */
  message: string;
  /** One sentence: what to do about it. */
  fix: string;
  /** Path inside the document, e.g. `images.web.base`. */
  path: string;
  /** 1-based; 0 where the problem has no place in the text. */
  line: number;
  /** 1-based; 0 where the problem has no place in the text. */
  column: number;
  /** The near miss that was probably meant, where there is one. */
  suggestion?: string;
}

/** `bakery.yml:12:5 error UNKNOWN_BASE …`, one line, for logs, notices and terminals. */
export function formatProblem(file: string, problem: Problem): string {
  const place = problem.line > 0 ? `${file}:${problem.line}:${problem.column}` : file;
  const hint = problem.suggestion === undefined ? '' : ` Did you mean "${problem.suggestion}"?`;
  return `${place} ${problem.severity} ${problem.code} ${problem.message}${hint} ${problem.fix}`;
}

import type { Known } from '../definitions/known';
import { codes, type DoctorCode, type Severity } from './codes';

/** One thing to do about a finding. Everything in `text` is complete: it can be pasted where `where` says. */
export interface Cure {
  kind: 'command' | 'statement' | 'configuration' | 'advice';
  /** Who does it, or where it belongs. */
  where: string;
  text: string;
}

/** Something that is wrong, and certain. */
export interface Finding {
  code: DoctorCode;
  severity: Severity;
  /** What it is about: an ARN, an id, an image. */
  subject: string;
  region: string;
  /** What is wrong, with the value that was found. */
  found: string;
  /** What fails because of it. */
  fails: string;
  cures: Cure[];
}

/** Something that could not be looked at: neither healthy nor a defect. */
export interface Unchecked {
  what: string;
  why: string;
}

/** What a check says. */
export interface Judgement {
  findings: Finding[];
  unchecked: Unchecked[];
}

export const finding = (code: DoctorCode, rest: Omit<Finding, 'code' | 'severity'>): Finding => ({
  code,
  severity: codes[code].severity,
  ...rest,
});

/** Collects what a check has to say; what is not known is told, and judged by nobody. */
export class Judging implements Judgement {
  readonly findings: Finding[] = [];
  readonly unchecked: Unchecked[] = [];

  find(code: DoctorCode, rest: Omit<Finding, 'code' | 'severity'>): void {
    this.findings.push(finding(code, rest));
  }

  /** Calls `judge` with the value, or notes that it could not be looked at. */
  given<T>(what: string, fact: Known<T>, judge: (value: T) => void): void {
    if (fact.known) judge(fact.value);
    else this.unchecked.push({ what, why: fact.why });
  }
}

export const command = (where: string, text: string): Cure => ({ kind: 'command', where, text });
export const configuration = (where: string, text: string): Cure => ({ kind: 'configuration', where, text });
export const advice = (where: string, text: string): Cure => ({ kind: 'advice', where, text });
export const statement = (where: string, content: object): Cure => ({
  kind: 'statement',
  where,
  text: JSON.stringify(content, null, 2),
});

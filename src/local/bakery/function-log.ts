import { closeSync, openSync, writeSync } from 'node:fs';

/** A line that a function logged, with whose it was. */
export interface LoggedLine {
  account: string;
  function: string;
  level?: string;
  message?: string;
  [field: string]: unknown;
}

/** What CloudWatch Logs would hold of all accounts: one file of JSON lines, and the lines in memory. */
export class FunctionLogs {
  readonly lines: LoggedLine[] = [];
  readonly #file: number;

  constructor(
    readonly path: string,
    private readonly options: {
      keep: boolean;
      step: () => string;
      onLine?: ((line: LoggedLine) => void) | undefined;
    },
  ) {
    this.#file = openSync(path, 'a');
  }

  /** For `createLogger`: takes the lines of one function. */
  writer(account: string, functionName: string): (line: string) => void {
    return (text) => {
      const logged = JSON.parse(text) as Record<string, unknown>;
      const line: LoggedLine = { step: this.options.step(), account, function: functionName, ...logged };
      if (this.options.keep) this.lines.push(line);
      this.options.onLine?.(line);
      writeSync(this.#file, `${JSON.stringify(line)}\n`);
    };
  }

  close(): void {
    closeSync(this.#file);
  }
}

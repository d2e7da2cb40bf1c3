import { fork, type ChildProcess } from 'node:child_process';
import type { Answer, Order, WorkerSetup } from './messages';
import type { Plan } from '../plan/plan';
import type { SeedResult } from './run-seed';

/** Far longer than the largest seed takes on a busy machine. */
const silenceMs = 300_000;

/** A worker that says nothing any more. */
export class Silence extends Error {}

/** The processes of one run. */
export class Workers {
  readonly #children: ChildProcess[] = [];

  constructor(
    private readonly file: string,
    private readonly setup: WorkerSetup,
  ) {}

  async start(): Promise<SimWorker> {
    const child = fork(this.file, [], {
      execArgv: ['--max-semi-space-size=64'],
      env: {
        ...process.env,
        SIMULATION: JSON.stringify(this.setup),
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      },
    });
    this.#children.push(child);
    const worker = new SimWorker(child);
    await worker.until('ready');
    return worker;
  }

  end(): void {
    for (const child of this.#children) child.kill();
  }
}

export class SimWorker {
  #wanted: ((answer: Answer) => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  constructor(private readonly child: ChildProcess) {
    child.on('message', (answer: Answer) => {
      if (answer.is === 'broken') this.#failed?.(new Error(answer.message));
      else this.#wanted?.(answer);
    });
    child.on('exit', (code) => this.#failed?.(new Error(`a worker ended with code ${code}`)));
  }

  /** @throws Silence, after which the worker is gone */
  async run(seed: number): Promise<SeedResult> {
    let timer: NodeJS.Timeout | undefined;
    const silent = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Silence(`seed ${seed}: its worker has said nothing for ${silenceMs / 1_000} s`));
        this.child.kill('SIGKILL');
      }, silenceMs);
    });
    try {
      this.#order({ do: 'run', seed });
      return (await Promise.race([this.until('result'), silent])).result;
    } finally {
      clearTimeout(timer);
    }
  }

  async shrink(seed: number, seconds: number): Promise<Extract<Answer, { is: 'shrunk' }>> {
    this.#order({ do: 'shrink', seed, seconds });
    return this.until('shrunk');
  }

  async tell(
    what: { seed: number; verbose: boolean; plan?: Plan },
    print: (line: string) => void,
  ): Promise<SeedResult> {
    this.#order({ do: 'tell', ...what });
    return (await this.until('told', print)).result;
  }

  until<Is extends Answer['is']>(
    is: Is,
    print?: (line: string) => void,
  ): Promise<Extract<Answer, { is: Is }>> {
    return new Promise((resolve, reject) => {
      this.#failed = reject;
      this.#wanted = (answer) => {
        if (answer.is === 'line') print?.(answer.line);
        else if (answer.is === is) resolve(answer as Extract<Answer, { is: Is }>);
      };
    });
  }

  #order(order: Order): void {
    this.child.send(order);
  }
}

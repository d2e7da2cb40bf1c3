import { generateKeyPairSync, timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import ssh2, { type AuthContext, type Connection, type ParsedKey, type Session } from 'ssh2';
import type { Machine } from '../transcript';
import { serveSftp } from './sftp';

/**
 * A private key for one build, or for a host, in the form that every Packer reads. ECDSA: Packer before 1.8 signs RSA
 * with SHA-1 only, which current SSH servers refuse; and ssh2's own generator now and then makes an ed25519 key that
 * ssh2 cannot read.
 */
export function makeSshKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'sec1', format: 'pem' }) as string;
}

/**
 * The sshd of a build's instances: lets in whoever has the build's key, takes uploads and commands, records them in the
 * machine and runs nothing. It listens on 127.0.0.1 only.
 */
export class SshServer {
  readonly #server: ssh2.Server;
  readonly #open = new Set<Connection>();
  #connections = 0;

  constructor(
    private readonly machine: Machine,
    clientKey: string,
  ) {
    const allowed = ssh2.utils.parseKey(clientKey) as ParsedKey;
    this.#server = new ssh2.Server({ hostKeys: [makeSshKey()] }, (connection) => {
      // A build is a few hundred small packets that each wait for an answer: held back, each costs 40 ms.
      (connection as Connection & { setNoDelay(on: boolean): void }).setNoDelay(true);
      this.#serve(connection, allowed);
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', () => resolve());
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const connection of this.#open) connection.end();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #serve(connection: Connection, allowed: ParsedKey): void {
    const number = ++this.#connections;
    this.#open.add(connection);
    connection
      .on('authentication', (attempt) => {
        if (!mayEnter(attempt, allowed)) return attempt.reject(['publickey']);
        // The first of the two rounds only asks whether the key would do: it carries no signature.
        if (attempt.method === 'publickey' && attempt.signature !== undefined) {
          this.machine.login(attempt.username, number);
        }
        attempt.accept();
      })
      .on('session', (accept) => this.#session(accept(), number))
      .on('request', (_accept, reject) => reject?.())
      .on('close', () => this.#open.delete(connection))
      // A client that hangs up without a word is no news: Packer does so whenever it is cancelled.
      .on('error', () => connection.end());
  }

  #session(session: Session, connection: number): void {
    session
      .on('pty', (accept) => accept?.())
      .on('env', (accept) => accept?.())
      .on('sftp', (accept) => serveSftp(accept(), this.machine, connection))
      .on('exec', (accept, _reject, { command }) => {
        const { exitCode, script, output } = this.machine.execute(command, connection);
        const channel = accept();
        // Said once for each script; other commands are Packer's own, and it may read what they print.
        if (script !== undefined)
          channel.stdout.write(`${output}local bakery: recorded, not run (exit ${exitCode})\n`);
        channel.exit(exitCode);
        channel.end();
      });
  }
}

function mayEnter(attempt: AuthContext, allowed: ParsedKey): boolean {
  if (attempt.method !== 'publickey') return false;
  const wanted = allowed.getPublicSSH();
  const { algo, data } = attempt.key;
  if (algo !== allowed.type || data.length !== wanted.length || !timingSafeEqual(data, wanted)) return false;
  if (attempt.signature === undefined || attempt.blob === undefined) return true;
  return allowed.verify(attempt.blob, attempt.signature, attempt.hashAlgo) === true;
}

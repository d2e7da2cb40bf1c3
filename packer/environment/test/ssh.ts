import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { addressOf } from './candidate';
import type { AwsCalls } from './aws-call';
import type { Check } from './checks';
import { commandFor } from './command';
import type { Ending, Reach } from './reach';
import { Stopped } from './stop';

/** Made by cloud-init at the first boot, of the test's instance alone. */
const user = 'bakery-test';
const connectSeconds = 10;
/** ssh's own failures, as against those of what it runs. */
const sshFailed = 255;
const keptBytes = 8_000;

/**
 * SSH with a key of this test alone, where instances have no profile to reach Systems Manager with. The key comes into the
 * instance by its user data; whose address it is, is believed at the first contact.
 */
export function bySsh(options: {
  aws: AwsCalls;
  /** For the key; of this test alone. */
  folder: string;
  address: 'private_ip' | 'public_ip';
  environment: Record<string, string | undefined>;
  signal: AbortSignal;
}): Reach {
  const { aws, folder, environment, signal } = options;
  const key = join(folder, 'key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', user, '-f', key], { env: environment });
  const publicKey = execFileSync('ssh-keygen', ['-y', '-f', key], { env: environment }).toString().trim();
  const settings = {
    BatchMode: 'yes',
    ConnectTimeout: String(connectSeconds),
    IdentitiesOnly: 'yes',
    ServerAliveInterval: '15',
    StrictHostKeyChecking: 'accept-new',
    UserKnownHostsFile: join(folder, 'known_hosts'),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const addresses = new Map<string, string>();

  const ssh = (address: string, script: string, timeoutSeconds: number): Promise<Ending> =>
    new Promise((resolve, reject) => {
      const args = ['-F', 'none', '-i', key, ...flags, `${user}@${address}`, 'sudo', '-n', 'sh', '-s'];
      const child = spawn('ssh', args, { env: environment, stdio: ['pipe', 'pipe', 'pipe'] });
      let output = '';
      const take = (chunk: Buffer): void => {
        output = (output + chunk.toString()).slice(-keptBytes);
      };
      child.stdout.on('data', take);
      child.stderr.on('data', take);
      // A connection that fails before the script is read; how it ends tells.
      child.stdin.on('error', () => undefined).end(script);
      let overTime = false;
      const timer = setTimeout(() => {
        overTime = true;
        child.kill('SIGKILL');
      }, timeoutSeconds * 1000);
      const stop = () => child.kill('SIGKILL');
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
      };
      child.once('error', (error) => {
        done();
        reject(error);
      });
      child.once('close', (code) => {
        done();
        if (signal.aborted) reject(new Stopped(String(signal.reason)));
        else if (overTime) resolve({ kind: 'timed-out', output });
        else if (code === null || code === sshFailed)
          resolve({ kind: 'lost', why: output.trim().split('\n').at(-1) || 'ssh ended' });
        else resolve({ kind: 'exit', code, output });
      });
    });

  return {
    login: { user, publicKey },
    needs:
      'its image needs to boot, cloud-init, sudo and an sshd, and its security group to let this build in on port 22',
    answers: async (instanceId) => {
      const address = await addressOf(aws, instanceId, options.address);
      if (address === '') return false;
      addresses.set(instanceId, address);
      const ending = await ssh(address, 'exit 0\n', connectSeconds + 20);
      return ending.kind === 'exit' && ending.code === 0;
    },
    run: (instanceId: string, check: Check, variables) =>
      ssh(addresses.get(instanceId) ?? '', `${commandFor(check, variables)}\n`, check.timeoutSeconds),
  };
}

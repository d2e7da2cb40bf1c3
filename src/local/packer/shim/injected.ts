import type { ShimSettings } from './settings';

/** Settings of an amazon builder that would lead out of the local bakery, or past its SSH server. */
const replaced = new Set([
  ...[
    'access_key',
    'secret_key',
    'token',
    'profile',
    'shared_credentials_file',
    'mfa_code',
    'assume_role',
    'aws_polling',
  ],
  ...['vault_aws_engine', 'custom_endpoint_ec2', 'insecure_skip_tls_verify', 'decode_authorization_messages'],
  ...['skip_metadata_api_check', 'skip_region_validation', 'skip_credential_validation'],
  ...[
    'ssh_host',
    'ssh_port',
    'ssh_private_key_file',
    'ssh_file_transfer_method',
    'ssh_interface',
    'ssh_agent_auth',
  ],
  ...['ssh_keypair_name', 'ssh_password', 'ssh_certificate_file', 'ssh_proxy_host', 'ssh_proxy_port'],
  ...['ssh_proxy_username', 'ssh_proxy_password', 'session_manager_port', 'pause_before_ssm'],
]);

/** Whether the local bakery sets this itself, so that the template's own value has no place beside it. */
export const isReplaced = (name: string): boolean =>
  replaced.has(name) || name.startsWith('ssh_bastion_') || name.startsWith('winrm_');

/** What an amazon builder is given in place of it. */
export function injectedSettings({ endpoint, ssh }: ShimSettings): Record<string, string | number | boolean> {
  return {
    custom_endpoint_ec2: endpoint,
    skip_metadata_api_check: true,
    skip_region_validation: true,
    ssh_host: ssh.host,
    ssh_port: ssh.port,
    ssh_private_key_file: ssh.keyFile,
    ssh_file_transfer_method: 'sftp',
  };
}

/** Worth a line when it goes: the others say the same in other words. */
export const worthSaying: Record<string, string> = {
  aws_polling: 'the local EC2 is asked every second',
  assume_role: 'the local bakery gives the build its account',
  vault_aws_engine: 'the local bakery gives the build its credentials',
  profile: 'the local bakery gives the build its credentials',
  ssh_keypair_name: 'the local bakery has a key of its own for each build',
  ssh_bastion_host: 'the instance is played on this machine',
  ssh_proxy_host: 'the instance is played on this machine',
};

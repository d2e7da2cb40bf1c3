import { packerCommand } from '../../../src/local/packer/shim/arguments';
import { complaints } from '../../../src/local/packer/shim/complaints';
import { RewrittenHcl } from '../../../src/local/packer/shim/rewritten-hcl';
import { RewrittenJson } from '../../../src/local/packer/shim/rewritten-json';

const settings = {
  version: '1.6.6',
  endpoint: 'http://127.0.0.1:4566',
  ssh: { host: '127.0.0.1', port: 2222, keyFile: '/k' },
  account: '111111111111',
  region: 'eu-west-1',
  token: 't',
  workDir: '/w',
  temporaryDir: '/t',
};

describe('a command line of Packer', () => {
  it.each([
    ['build t.json', 'build', 1, []],
    ['build -var a=b -only=x .', 'build', 4, ['-var', 'a=b', '-only=x']],
    [
      '-machine-readable build -color=false -on-error cleanup -var-file f.hcl t',
      'build',
      7,
      ['-var-file', 'f.hcl'],
    ],
    ['validate -syntax-only t', 'validate', 2, ['-syntax-only']],
    ['version', 'version', undefined, []],
    ['--version', '', undefined, []],
  ])('%s', (line, command, templateAt, meaning) => {
    expect(packerCommand(line.split(' '))).toEqual({ command, templateAt, meaning });
  });
});

describe('the copy of an HCL2 template', () => {
  const original = [
    'packer {',
    '  required_plugins { amazon = { version = ">= 1" } }',
    '}',
    'source "amazon-ebs" "a" {',
    '  profile       = "dev"',
    '  ssh_interface = "session_manager"',
    '  imds_support  = "v2.0"',
    '}',
    'source "null" "b" {',
    '  ssh_port = 22',
    '}',
    'build { sources = ["source.amazon-ebs.a"] }',
  ];

  it('leads to the local bakery, and only its amazon sources do', () => {
    const copy = new RewrittenHcl(original.join('\n'), settings);
    expect(copy.text).toContain('custom_endpoint_ec2 = "http://127.0.0.1:4566"');
    expect(copy.text.match(/ssh_port = 2222/g)).toHaveLength(1);
    expect(copy.text).toContain('ssh_port = 22\n');
    expect(copy.text).not.toMatch(/profile|session_manager|required_plugins/);
    expect(copy.removals).toEqual([
      { name: 'packer', line: 1, reason: expect.stringContaining('1.6.6') as string },
      { name: 'profile', line: 5, reason: 'the local bakery gives the build its credentials' },
    ]);
  });

  it('knows which line of the original each of its lines comes from', () => {
    const copy = new RewrittenHcl(original.join('\n'), settings);
    const lines = copy.text.split('\n');
    for (const text of [
      'source "amazon-ebs" "a" {',
      '  imds_support  = "v2.0"',
      'source "null" "b" {',
      original[11]!,
    ]) {
      expect(copy.authorLine(lines.indexOf(text) + 1)).toBe(original.indexOf(text) + 1);
    }
  });

  it('loses what Packer complains about, and moves no line by it', () => {
    const copy = new RewrittenHcl(original.join('\n'), settings);
    const before = copy.text.split('\n');
    const at = before.indexOf('  imds_support  = "v2.0"') + 1;
    expect(copy.remove('imds_support', at + 1, 'why')).toBe(false);
    expect(copy.remove('imds_support', at, 'why')).toBe(true);
    expect(copy.text.split('\n')).toHaveLength(before.length);
    expect(copy.removals.at(-1)).toEqual({ name: 'imds_support', line: 7, reason: 'why' });
  });

  it('keeps the packer block for a Packer that knows it', () => {
    const copy = new RewrittenHcl(original.join('\n'), { ...settings, version: '1.16.0' });
    expect(copy.text).toContain('required_plugins');
  });
});

describe('the copy of a classic JSON template', () => {
  it('leads to the local bakery, whatever communicator it asks for', () => {
    const text = JSON.stringify(
      { builders: [{ type: 'amazon-ebs', communicator: 'winrm', winrm_username: 'x' }, { type: 'null' }] },
      null,
      2,
    );
    const copy = new RewrittenJson(text, settings);
    const { builders } = JSON.parse(copy.text) as { builders: object[] };
    expect(builders).toEqual([
      {
        type: 'amazon-ebs',
        custom_endpoint_ec2: 'http://127.0.0.1:4566',
        skip_metadata_api_check: true,
        skip_region_validation: true,
        ssh_host: '127.0.0.1',
        ssh_port: 2222,
        ssh_private_key_file: '/k',
        ssh_file_transfer_method: 'sftp',
      },
      { type: 'null' },
    ]);
    expect(copy.removals).toEqual([
      { name: 'communicator', line: 5, reason: 'instances are played over SSH' },
    ]);
  });
});

describe('the copy of an HCL2 template in JSON', () => {
  it('leads to the local bakery', () => {
    const text = JSON.stringify({ source: { 'amazon-ebs': { web: { profile: 'dev' } }, null: { b: {} } } });
    const { source } = JSON.parse(new RewrittenJson(text, settings).text) as {
      source: Record<string, Record<string, Record<string, unknown>>>;
    };
    expect(source['amazon-ebs']!.web).toMatchObject({ custom_endpoint_ec2: settings.endpoint });
    expect(source['amazon-ebs']!.web).not.toHaveProperty('profile');
    expect(source.null).toEqual({ b: {} });
  });
});

describe('what packer validate does not know', () => {
  it('is read from its words, in HCL2', () => {
    const said = `Error: Unsupported argument

  on /tmp/x/t.pkr.hcl line 12:
  (source code not available)

An argument named "imds_support" is not expected here.

Error: Unsupported block type

  on t.pkr.hcl line 3, in packer:
   3:   required_plugins {

Blocks of type "required_plugins" are not expected here.

Error: Unsupported argument

  on t.pkr.hcl line 40:

An argument named "imds" is not expected here. Did you mean "imd"?
`;
    expect(complaints(said)).toEqual([
      { kind: 'hcl', file: '/tmp/x/t.pkr.hcl', line: 12, name: 'imds_support' },
      { kind: 'hcl', file: 't.pkr.hcl', line: 3, name: 'required_plugins' },
      { kind: 'hcl', file: 't.pkr.hcl', line: 40, name: 'imds' },
    ]);
  });

  it('is read from its words, in JSON', () => {
    const said = `Error: Failed to prepare build: "amazon-ebs"\n\n2 errors occurred:\n\t* unknown configuration key: '"foo_bar"'\n\t* unknown configuration key: '"imds_support"'\n`;
    expect(complaints(said)).toEqual([
      { kind: 'json', name: 'foo_bar' },
      { kind: 'json', name: 'imds_support' },
    ]);
  });
});

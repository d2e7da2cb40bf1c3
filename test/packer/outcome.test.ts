import { execFileSync } from 'node:child_process';
import { collectOutput, humanText, parseMachineLine } from '../../packer/environment/bake/machine-readable';
import { manifestAmis } from '../../packer/environment/bake/manifest';
import { lastLines, maskSecrets } from '../../packer/environment/bake/mask';
import { exportLines, judge } from '../../packer/environment/bake/outcome';

const read = (text: string) =>
  collectOutput(text.split('\n').flatMap((line) => parseMachineLine(line) ?? []));
const judged = (text: string, more: { exitCode?: number; manifest?: string[] } = {}) =>
  judge({
    exitCode: 0,
    output: read(text),
    lines: ['the output'],
    manifest: undefined,
    packerVersion: '1.16.0',
    ...more,
  });

const twoRegions = `1700000000,,ui,say,==> amazon-ebs.web: Creating the AMI%!(PACKER_COMMA) at last
1700000001,amazon-ebs.web,artifact-count,2
1700000001,amazon-ebs.web,artifact,0,builder-id,mitchellh.amazonebs
1700000001,amazon-ebs.web,artifact,0,id,us-east-1:ami-0b%!(PACKER_COMMA)eu-west-1:ami-0a
1700000001,amazon-ebs.web,artifact,0,end
1700000001,amazon-ebs.web,artifact,1,id,us-east-1:ami-0b%!(PACKER_COMMA)eu-west-1:ami-0a`;

it('a person still reads what packer says', () => {
  const line = parseMachineLine('1700000000,,ui,message,    web: one%!(PACKER_COMMA) two\\nthree');
  expect(line && humanText(line)).toBe('    web: one, two\nthree');
  expect(parseMachineLine('Error: not, machine, readable')).toBeUndefined();
});

it('all AMIs, sorted by region, each once although the manifest shows them again', () => {
  expect(judged(twoRegions)).toEqual({
    amis: 'eu-west-1:ami-0a,us-east-1:ami-0b',
    failureClass: '',
    failureLines: [],
    packerVersion: '1.16.0',
  });
});

it('an agreeing manifest changes nothing, another one is a failure', () => {
  expect(judged(twoRegions, { manifest: ['eu-west-1:ami-0a', 'us-east-1:ami-0b'] }).failureClass).toBe('');
  const other = judged(twoRegions, { manifest: ['eu-west-1:ami-0c'] });
  expect(other).toMatchObject({ amis: '', failureClass: 'unknown' });
  expect(other.failureLines.at(-1)).toContain('ami-0c');
});

it.each([
  [
    'packer ended with 1, although one of two builders made its AMI',
    `${twoRegions}\n1700000002,amazon-ebs.b,error,Timeout waiting for SSH.`,
    1,
    'network',
    'Timeout waiting for SSH',
  ],
  [
    'a builder made nothing',
    `${twoRegions}\n1700000002,amazon-ebs.b,artifact-count,0`,
    0,
    'template',
    'amazon-ebs.b',
  ],
  ['no AMI at all', '1700000002,null.x,artifact,0,id,Null', 0, 'template', 'no AMI'],
  [
    'two AMIs in one region',
    `${twoRegions}\n1700000001,b,artifact,0,id,eu-west-1:ami-0f`,
    0,
    'template',
    'several AMIs in eu-west-1',
  ],
])('half a success is a failure: %s', (_case, text, exitCode, failureClass, why) => {
  const outcome = judged(text, { exitCode });
  expect(outcome).toMatchObject({ amis: '', failureClass });
  expect(outcome.failureLines.join('\n')).toContain(why);
});

it('of a manifest only the last run counts', () => {
  const build = (packer_run_uuid: string, artifact_id: string) => ({
    packer_run_uuid,
    artifact_id,
    files: null,
  });
  const builds = [
    build('1', 'eu-west-1:ami-old'),
    build('2', 'us-east-1:ami-0b,eu-west-1:ami-0a'),
    build('2', 'Null'),
  ];
  expect(manifestAmis(JSON.stringify({ builds, last_run_uuid: '2' }))).toEqual([
    'eu-west-1:ami-0a',
    'us-east-1:ami-0b',
  ]);
  expect(manifestAmis('{}')).toBeUndefined();
  expect(manifestAmis('not JSON')).toBeUndefined();
});

it.each([
  ['key AKIAIOSFODNN7EXAMPLE used', 'key AKIA**** used'],
  ['aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'aws_secret_access_key = ****'],
  ['"SecretAccessKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"', '"SecretAccessKey": "****"'],
  ['AWS_SESSION_TOKEN=IQoJb3JpZ2luX2VjEXAMPLETOKEN==', 'AWS_SESSION_TOKEN=****'],
  ['DB_PASSWORD=hunter2hunter2', 'DB_PASSWORD=****'],
  ['Authorization: Bearer abcdefgh12345678', 'Authorization: Bearer ****'],
  ['cloning https://user:s3cr3t@example.com/x.git', 'cloning https://user:****@example.com/x.git'],
  ['GET /x?X-Amz-Signature=0123456789abcdef&y=1', 'GET /x?X-Amz-Signature=****&y=1'],
  ['nothing to hide: ami-0123456789abcdef0', 'nothing to hide: ami-0123456789abcdef0'],
])('masks %s', (line, expected) => {
  expect(maskSecrets([line])).toEqual([expected]);
});

it('masks private keys as a whole', () => {
  const lines = [
    'before',
    '  x: -----BEGIN RSA PRIVATE KEY-----',
    'MIIE',
    'abcd',
    '-----END RSA PRIVATE KEY-----',
    'after',
  ];
  expect(maskSecrets(lines)).toEqual(['before', '  x: **** private key ****', 'after']);
});

it('keeps the last lines within lines and bytes', () => {
  const lines = Array.from({ length: 50 }, (_, i) => `line ${i}`);
  expect(lastLines(lines, 20, 2000)).toEqual(lines.slice(30));
  expect(lastLines(['a', 'b'.repeat(10)], 20, 12)).toEqual(['b'.repeat(10)]);
  expect(Buffer.byteLength(lastLines(['ä'.repeat(3000)], 20, 2000).join('\n'))).toBeLessThanOrEqual(2000);
});

it('exports survive the shell whatever is in them', () => {
  const failureLines = [`it's "quoted" $HOME \`x\` \\`, 'second; rm -rf /'];
  const script = exportLines({ amis: '', failureClass: 'script', failureLines, packerVersion: '1.16.0' });
  const seen = execFileSync('bash', ['-c', `${script}printf '%s|%s' "$FAILURE_CLASS" "$FAILURE_LINES"`]);
  expect(seen.toString()).toBe(`script|${failureLines.join('\n')}`);
});

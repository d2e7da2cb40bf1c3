import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inlineFunction } from '../../infra/inline-function';
import { selfContained } from '../../infra/self-contained';
import { ofType } from './grants';
import type { Template } from './grants';
import { settingsText } from './stack-cases';
import type { Stage } from './stages';

const root = join(import.meta.dirname, '../..');

/** What `npm run package:consumer` makes of a packaged consumer. */
export function selfContainedCases(stage: Stage, packagedOf: () => Template): void {
  let folder: string;
  let template: Template;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bakery-consumer-'));
    const codeOf = (handler: string) => inlineFunction(join(root, `${handler}.ts`));
    template = (await selfContained(packagedOf(), codeOf)) as Template;
    await writeFile(join(folder, 'template.json'), JSON.stringify(template));
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('needs no bucket, and names no account but those that it follows', () => {
    expect(ofType(template, 'AWS::S3::Bucket')).toEqual([]);
    const text = JSON.stringify({ ...template, Resources: { ...template.Resources } });
    expect(text).not.toContain('ServerlessDeploymentBucket');
    const withoutCode = text.replace(/"ZipFile":"(?:[^"\\]|\\.)*"/g, '');
    const accounts = new Set(withoutCode.match(/(?<![\d.])\d{12}(?!\d)/g));
    expect(accounts).toEqual(new Set(['111111111111']));
  });

  test('can be put into several regions of an account', () => {
    for (const [, { Properties }] of ofType(template, 'AWS::IAM::Role'))
      expect(Properties['RoleName']).toEqual({
        'Fn::Sub': expect.stringMatching(/-\$\{AWS::Region\}$/) as unknown,
      });
  });

  test("each function's code runs as the index.js that CloudFormation makes of it", async () => {
    const functions = ofType(template, 'AWS::Lambda::Function');
    expect(functions).toHaveLength(4);
    for (const [id, { Properties }] of functions) {
      expect(Properties['Handler']).toBe('index.handler');
      await writeFile(join(folder, 'index.js'), Properties['Code'].ZipFile as string);
      const script = "require('./index.js').handler({}).then((answer) => console.log('answered', answer))";
      const output = execFileSync(process.execPath, ['-e', script], {
        cwd: folder,
        encoding: 'utf8',
        env: {
          AWS_LAMBDA_FUNCTION_NAME: id,
          AWS_REGION: stage.region,
          BAKERY_SETTINGS: settingsText(stage, Properties),
        },
      });
      // An event that is none is refused, logged and not tried again.
      expect(output).toContain('"message":"event refused"');
      expect(output).toContain('answered undefined');
    }
  }, 60_000);

  const cfnLint = spawnSync('cfn-lint', ['--version']).status === 0;
  (cfnLint ? test : test.skip)(
    'cfn-lint finds nothing',
    () => {
      const { stdout, status } = spawnSync(
        'cfn-lint',
        ['--regions', stage.region, '--', join(folder, 'template.json')],
        {
          encoding: 'utf8',
        },
      );
      expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
    },
    60_000,
  );
}

test('a template that CloudFormation would not take is refused', async () => {
  const template = {
    Resources: { F: { Type: 'AWS::Lambda::Function', Properties: { Handler: 'a.handler' } } },
  };
  await expect(selfContained(template, () => Promise.resolve('x'.repeat(1_100_000)))).rejects.toThrow(
    /TEMPLATE_TOO_LARGE: 11\d{5} bytes; CloudFormation takes 1048576/,
  );
});

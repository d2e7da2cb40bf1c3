/** A template as far as it is changed here. */
export interface Template {
  Resources: Record<string, { Type: string; Properties: Record<string, unknown>; DependsOn?: unknown }>;
  Outputs?: Record<string, unknown>;
}

/**
 * The size of a template that CloudFormation takes from S3, StackSets as well
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html).
 */
const maxTemplateBytes = 1_048_576;

const framework = ['ServerlessDeploymentBucket', 'ServerlessDeploymentBucketPolicy'];

/**
 * A packaged template that needs nothing besides itself: the functions' code is in it, and no bucket. Roles are named after
 * the region as well, because a stack set may put the stack into several regions of an account.
 * @param codeOf gives the text of a function's `index.js`
 * @throws Error where it would be larger than CloudFormation takes
 */
export async function selfContained(
  template: Template,
  codeOf: (handler: string) => Promise<string>,
): Promise<Template> {
  const resources = Object.entries(template.Resources).filter(([id]) => !framework.includes(id));
  const changed: Template['Resources'] = {};
  for (const [id, resource] of resources) {
    const { Type, Properties } = resource;
    if (Type === 'AWS::Lambda::Function') {
      const handler = String(Properties['Handler']).replace(/\.handler$/, '');
      const ZipFile = await codeOf(handler);
      changed[id] = {
        ...resource,
        Properties: { ...Properties, Code: { ZipFile }, Handler: 'index.handler' },
      };
    } else if (Type === 'AWS::IAM::Role') {
      const RoleName = { 'Fn::Sub': `${String(Properties['RoleName'])}-\${AWS::Region}` };
      changed[id] = { ...resource, Properties: { ...Properties, RoleName } };
    } else changed[id] = resource;
  }
  const outputs = Object.entries(template.Outputs ?? {}).filter(([name]) => !name.startsWith('Serverless'));
  const whole = { ...template, Resources: changed, Outputs: Object.fromEntries(outputs) };
  const bytes = Buffer.byteLength(JSON.stringify(whole));
  if (bytes > maxTemplateBytes)
    throw new Error(
      `TEMPLATE_TOO_LARGE: ${bytes} bytes; CloudFormation takes ${maxTemplateBytes}. Nothing in config/ makes it that large: the functions have grown.`,
    );
  return whole;
}

/**
 * Takes out of the template what a stage does not use: infra/ marks it with AWS::NoValue. CloudFormation would do the same;
 * without it the template says what there is, and tools that look at templates need not know better.
 */
module.exports = class AbsentParts {
  constructor(serverless) {
    this.hooks = {
      'after:aws:package:finalize:mergeCustomProviderResources': () => {
        const { provider } = serverless.service;
        provider.compiledCloudFormationTemplate = present(provider.compiledCloudFormationTemplate);
      },
    };
  }
};

const isAbsent = (value) => value !== null && typeof value === 'object' && value.Ref === 'AWS::NoValue';

function present(value) {
  if (Array.isArray(value)) return value.filter((member) => !isAbsent(member)).map(present);
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value).filter(([, member]) => !isAbsent(member));
  return Object.fromEntries(members.map(([key, member]) => [key, present(member)]));
}

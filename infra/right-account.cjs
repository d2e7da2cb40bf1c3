/** Stops a deployment, or a removal, with the credentials of another account than config/<stage>.yml is for. */
module.exports = class RightAccount {
  constructor(serverless) {
    const check = async () => {
      const { account } = serverless.service.custom.deployment;
      const provider = serverless.getProvider('aws');
      const actual = await provider.getAccountId();
      if (actual === account) return;
      throw new serverless.classes.Error(
        `WRONG_ACCOUNT: config/${provider.getStage()}.yml is for account ${account}, and these credentials are of ${actual}. Use others, or correct \`account\`.`,
      );
    };
    this.hooks = { 'before:deploy:deploy': check, 'before:remove:remove': check };
  }
};

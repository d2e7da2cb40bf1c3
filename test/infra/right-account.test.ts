import RightAccount from '../../infra/right-account.cjs';

interface Plugin {
  hooks: Record<string, () => Promise<void>>;
}

/** The plugin in a framework whose credentials are of `actual`. */
const plugin = (actual: string): Plugin =>
  new RightAccount({
    classes: { Error },
    service: { custom: { deployment: { account: '111111111111' } } },
    getProvider: () => ({ getAccountId: () => Promise.resolve(actual), getStage: () => 'platform' }),
  });

test.each(['before:deploy:deploy', 'before:remove:remove'])('%s stops for another account', async (hook) => {
  await expect(plugin('222222222222').hooks[hook]?.()).rejects.toThrow(
    'WRONG_ACCOUNT: config/platform.yml is for account 111111111111, and these credentials are of 222222222222.',
  );
  await expect(plugin('111111111111').hooks[hook]?.()).resolves.toBeUndefined();
});

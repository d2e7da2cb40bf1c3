declare class RightAccount {
  constructor(serverless: object);
  hooks: Record<string, () => Promise<void>>;
}
export = RightAccount;

/** State of a service: one for each account and region, made at first use. */
export class PerSite<T> {
  readonly #states = new Map<string, T>();
  constructor(private readonly make: (account: string, region: string) => T) {}

  at(site: { account: string; region: string }): T {
    const key = `${site.account}/${site.region}`;
    let state = this.#states.get(key);
    if (state === undefined) this.#states.set(key, (state = this.make(site.account, site.region)));
    return state;
  }
}

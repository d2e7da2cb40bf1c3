import { PackageLines } from '../../packer/environment/bake/packages';

const builder = 'packer 1.16.0; packer-plugin-amazon_v1.8.2_x5.0_linux_amd64; tools.lock 0123456789ab';

/** What a build exports whose template tells these packages, as the buildspec does it. */
export function told(packages: readonly string[], changes: Record<string, string> = {}) {
  const lines = new PackageLines();
  for (const each of packages) lines.take(`bakery-package: ${each}`);
  lines.take('bakery-packages: whole');
  const { hash, list } = lines.packages();
  return { PACKAGES_HASH: hash, PACKAGES: list, BUILDER: builder, ...changes };
}

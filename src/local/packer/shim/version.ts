/** Packer 1.7 brought required_plugins and `init`, and a gp3 without a throughput. */
export function isBefore17(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === 1 && minor < 7;
}

export const gp3Reason = (version: string): string =>
  `gp2 stands for it in the copy, because this Packer ${version} takes gp3 with a throughput only`;

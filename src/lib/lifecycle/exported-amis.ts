const pair = /^([a-z]{2}(?:-[a-z]+)+-\d):(ami-[0-9a-f]{8,17})$/;

/** `eu-west-1:ami-0…,us-east-1:ami-0…` as the buildspec writes it; undefined for anything else. */
export function readAmis(text: string): Record<string, string> | undefined {
  const amis: Record<string, string> = {};
  for (const part of text.split(',')) {
    const [, region, amiId] = pair.exec(part) ?? [];
    if (region === undefined || amiId === undefined || region in amis) return undefined;
    amis[region] = amiId;
  }
  return amis;
}

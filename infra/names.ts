/** Names of what a stack makes. Other accounts write the topic's ARN into their configuration: they are never generated. */
export const names = (stack: string) => ({
  table: stack,
  queue: `${stack}.fifo`,
  topic: `${stack}-images`,
  noticeTopic: `${stack}-notices`,
  project: `${stack}-packer`,
});

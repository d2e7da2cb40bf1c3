/** Names of what a stack makes. Other accounts write the topic's ARN into their configuration: they are never generated. */
export const names = (stack: string) => ({
  table: stack,
  queue: `${stack}.fifo`,
  topic: `${stack}-images`,
  noticeTopic: `${stack}-notices`,
  project: `${stack}-packer`,
  testProject: `${stack}-test`,
  containerProject: `${stack}-container`,
  /** ECR; a name of its own, because repositories of one account share a namespace with other teams'. */
  containerRepository: `${stack}-packer`,
});

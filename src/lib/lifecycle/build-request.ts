/** What StartBuild is asked for. Plain JSON with a stable order. */
export interface BuildRequest {
  projectName: string;
  /** The commit. */
  sourceVersion: string;
  /** A bake's id, or of its test with the attempt; CodeBuild honours it for five minutes (StartBuild API reference). */
  idempotencyToken: string;
  timeoutInMinutes: number;
  environment: Record<string, string>;
}

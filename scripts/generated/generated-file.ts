/** A file of the repo that is made from code and committed; a test fails when it is not current. */
export interface GeneratedFile {
  /** Relative to the root of the repo. */
  path: string;
  text(): string;
}

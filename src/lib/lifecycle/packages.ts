/** What is known of the packages in an image. */
export interface Packages {
  /** sha-256 of the sorted list: equal lists have equal hashes. */
  hash: string;
  /** How many; absent where the list was too long to travel. */
  count?: number;
}

/** What is beyond the deployment's settings, and which of them says so. */
export interface Beyond {
  setting: 'ceilings.shareWith' | 'ceilings.regions' | 'ceilings.kmsKeys' | 'ceilings.parameterPrefixes';
  asked: string[];
}

/** Why credentials were not taken, as facts; a dialect answers each with 401 in its own words. */
export type AuthFault =
  | 'missing'
  | 'token-invalid'
  | 'token-expired'
  | 'signature-malformed'
  | 'signature-wrong'
  | 'signature-expired'
  | 'key-unknown'
  | 'key-locked'
  | 'not-in-project';

/** A secret under the master key of that id. */
export interface SealedSecret {
  readonly keyId: string;
  readonly text: string;
}

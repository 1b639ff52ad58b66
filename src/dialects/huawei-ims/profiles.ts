/** What create calls allow; `TAGWAY_HUAWEI_PROFILE` picks one. Lengths in code points. */
export interface HuaweiProfile {
  readonly keyLength: number;
  readonly valueLength: number;
  readonly tagsPerImage: number;
  /** Batch deletes must reach every key that creates allow. */
  readonly deleteKeyLength: number;
}

export const huaweiProfiles: Readonly<Record<'documented' | 'wide', HuaweiProfile>> = {
  documented: { keyLength: 36, valueLength: 43, tagsPerImage: 10, deleteKeyLength: 127 },
  wide: { keyLength: 128, valueLength: 255, tagsPerImage: 20, deleteKeyLength: 128 },
};

/** Values of a search or a batch delete, so that everything they could name can be stored (code points). */
export const maxDeleteValueLength = 255;

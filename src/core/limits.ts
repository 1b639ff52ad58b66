/** Numbers that are part of the model and not settings. */
export const limits = {
  /** code points of a tag's text, wherever it comes from */
  tagLength: 255,
  /** entries of one batch request */
  batchEntries: 100,
  /** distinct conditions of one search: tags, properties and other filters together */
  searchConditions: 50,
  /** Batch deletes check these, so that everything they could name can be stored (code points). */
  deleteKeyLength: 127,
  deleteValueLength: 255,
  /** custom properties of an image, members of an image: what Glance allows */
  propertiesPerImage: 128,
  membersPerImage: 128,
} as const;

/** What Huawei create calls allow; `TAGWAY_HUAWEI_PROFILE` picks one. Lengths in code points. */
export interface HuaweiProfile {
  readonly keyLength: number;
  readonly valueLength: number;
  readonly tagsPerImage: number;
  /** Batch deletes must reach every key that creates allow. */
  readonly deleteKeyLength: number;
}

export const huaweiProfiles: Readonly<Record<'documented' | 'wide', HuaweiProfile>> = {
  documented: { keyLength: 36, valueLength: 43, tagsPerImage: 10, deleteKeyLength: limits.deleteKeyLength },
  wide: { keyLength: 128, valueLength: 255, tagsPerImage: 20, deleteKeyLength: 128 },
};

/** The settings that change what the core does. */
export interface TagRules {
  /** tags an image may have, for OpenStack writers */
  readonly imageTagQuota: number;
  readonly huawei: HuaweiProfile;
  /** Whether a batch delete that names a value removes only that pair, or the key whatever its value. */
  readonly batchDelete: 'match-value' | 'by-key-only';
}

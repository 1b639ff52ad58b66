/** Numbers that are part of the model and not settings. */
export const limits = {
  /** code points of a tag's text, wherever it comes from */
  tagLength: 255,
  /** entries of one batch request */
  batchEntries: 100,
  /** distinct conditions of one search: tags, properties and other filters together */
  searchConditions: 50,
  /** custom properties of an image, members of an image */
  propertiesPerImage: 128,
  membersPerImage: 128,
} as const;

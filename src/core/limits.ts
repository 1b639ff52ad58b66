/** Numbers that are part of the model and not settings. */
export const modelLimits = {
  /** code points of a tag's text, wherever it comes from */
  tagLength: 255,
  /** entries of one batch request */
  batchEntries: 100,
  /** distinct conditions of one search: tags, properties and other filters together */
  searchConditions: 50,
  /** rows a search reads from each source of images before it is refused: some tenths of a second */
  searchedRows: 200_000,
  /** custom properties of an image, members of an image */
  propertiesPerImage: 128,
  membersPerImage: 128,
  /** code points of a property's name, bytes of its value: what the image service's tables hold */
  propertyName: 255,
  propertyValue: 65_535,
  /** bytes of properties and tags on one page of images; the page ends with the image that reaches it */
  pageBytes: 4 * 1024 * 1024,
} as const;

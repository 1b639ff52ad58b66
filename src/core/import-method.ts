/** Where the data of an import are: staged before, at a URL, or in another store. */
export type ImportMethod = 'direct' | 'download' | 'copy';

/**
 * A state file: all that a gateway holds, to start another one from. One JSON document a line: a header, an export
 * (src/storage/backup/format.ts), the data of images, and the sum of all lines before.
 *
 *     {"tagway":"state","format":1,"schema":"…","key":"…","known":{…}}
 *     {"tagway":"export",…}
 *     …
 *     {"end":{…}}
 *     {"data":{"image":"67e1…","size":3}}
 *     {"bytes":"YWJj"}
 *     {"whole":"9f86d0…"}
 */
export const stateFormatVersion = 1;

/** Bytes of a state file at most. */
export const maxStateFileBytes = 2 ** 30;

/** Bytes of image data in a line: a multiple of three, which is Base64 without padding. */
export const dataBytesPerLine = 48 * 1024;

export interface StateHeader {
  readonly format: number;
  /** The last migration of the database that it came from. */
  readonly schema: string;
  /** 32 bytes, hexadecimal: opens the sealed secrets of this file, and of nothing else. */
  readonly key: string;
  /** Credentials in the clear that held when it was made; what is in it is up to those who made it. */
  readonly known: Readonly<Record<string, unknown>>;
}

/** The message says which file it is, what is wrong with it, and what to do. */
export class StateFileError extends Error {
  override readonly name = 'StateFileError';
  constructor(file: string, fault: string, cause?: unknown) {
    super(`The state file ${file} cannot be used: ${fault}. Nothing was changed.`, { cause });
  }
}

export function stateHeaderLine(header: StateHeader): string {
  return `${JSON.stringify({ tagway: 'state', ...header })}\n`;
}

/** Never in a file: keys that sign tokens, and what belongs to the run of one gateway. */
export const excludedTables: readonly string[] = [
  'identity_token_keys',
  'identity_revocations',
  'identity_login_tries',
];

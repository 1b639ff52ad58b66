/** A fault that a person can fix. The message is one plain sentence that says what to do. */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';
}

/**
 * The code of a failed system call or statement, such as ENOENT or 57P03; undefined for other errors.
 * Not by `instanceof`: under jest, errors of Node's own modules come from another realm.
 */
export function errorCode(error: unknown): string | undefined {
  const code: unknown = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

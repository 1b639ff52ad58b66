/** A fault that a person can mend. The message is one plain sentence that says what to do. */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';
}

/** The code of a system call that failed, such as ENOENT; undefined for every other error. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

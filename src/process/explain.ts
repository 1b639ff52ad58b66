const mendable = [
  'ConfigError',
  'SeedError',
  'StateFileError',
  'StartError',
  'EmbeddedError',
  'BackupError',
  'WorkerEnded',
];

/** Errors that a person can fix get a sentence; only others need a stack. */
export function explainError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'Unavailable') {
    const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
    return `Tagway cannot reach its database (${error.message}${cause}). Is DATABASE_URL right, and the server up?`;
  }
  return mendable.includes(error.name) || 'code' in error ? error.message : (error.stack ?? error.message);
}

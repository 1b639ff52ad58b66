/** npm forwards a signal that the terminal has sent already: a second one this soon (ms) is a duplicate. */
const duplicate = 1_000;

/** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once. */
export function waitForStopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let first = 0;
    const stop = (): void => {
      if (first === 0) {
        first = Date.now();
        resolve();
      } else if (Date.now() - first > duplicate) {
        process.exit(1);
      }
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
}

/** Log of the supervisor. A winston logger fits. */
export interface Log {
  info(message: string, facts?: Readonly<Record<string, unknown>>): unknown;
  warn(message: string, facts?: Readonly<Record<string, unknown>>): unknown;
  error(message: string, facts?: Readonly<Record<string, unknown>>): unknown;
}

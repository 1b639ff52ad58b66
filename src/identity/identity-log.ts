/** Identity's log for operators. It never gets a token, a password or a secret. */
export interface IdentityLog {
  info(message: string, facts?: object): void;
  warn(message: string, facts?: object): void;
}

/** Where identity tells operators what they should know. Never given a token, a password or a secret. */
export interface IdentityLog {
  info(message: string, facts?: object): void;
  warn(message: string, facts?: object): void;
}

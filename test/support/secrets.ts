import { Writable } from 'node:stream';
import { createLogger, format, type Logger, transports } from 'winston';

/**
 * What the tests of this process have shown to gateways and nobody may write down: tokens, signatures, secret keys,
 * passwords. Everything that gateways log in tests is held against it.
 */
const words = new Set<string>();
const phrases = new Set<string>();
const leaks: string[] = [];

/** Names of test users and ids of projects serve as tokens too: neither a short word nor an id is a secret. */
const shortest = { word: 20, phrase: 8 };
const anId = /^[0-9a-f]{32}$/;

export function keepSecret(secret: string | undefined): void {
  if (secret === undefined || anId.test(secret)) return;
  const isWord = /^[\w.~+/=-]+$/.test(secret);
  if (secret.length >= (isWord ? shortest.word : shortest.phrase)) (isWord ? words : phrases).add(secret);
}

/** Looks through what a gateway wrote. */
export function searchSecrets(text: string): void {
  for (const line of text.split('\n')) {
    const word = line.split(/[^\w.~+/=-]+/).find((one) => words.has(one));
    if (word !== undefined || [...phrases].some((phrase) => line.includes(phrase))) leaks.push(line);
  }
}

/** @throws Error that shows the lines that tell a secret */
export function expectNoSecretTold(): void {
  if (leaks.length > 0) throw new Error(`a secret was written down:\n${leaks.splice(0).join('\n')}`);
}

/** A log at the wordiest level that goes nowhere, but is searched. */
export function searchedLog(): Logger {
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      searchSecrets(String(chunk));
      done();
    },
  });
  return createLogger({
    level: 'debug',
    format: format.json(),
    transports: [new transports.Stream({ stream })],
  });
}

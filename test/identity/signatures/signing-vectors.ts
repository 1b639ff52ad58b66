import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Credentials } from '../../../src/identity/authenticator';

/** One request that a vendor's own signer has signed, as it went over the wire. */
export interface SigningVector {
  readonly name: string;
  readonly method: string;
  readonly raw_path_and_query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly unsigned_headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly canonical_request: string;
  readonly authorization: string;
  readonly verifies_with: readonly ('A' | 'B' | 'C')[];
}

interface SigningVectors {
  readonly access_key: string;
  readonly secret_key: string;
  readonly project_id: string;
  readonly vectors: readonly SigningVector[];
}

const file = join(__dirname, 'huawei-signing-vectors.json');
export const signingVectors = JSON.parse(readFileSync(file, 'utf8')) as SigningVectors;

/** Of the vectors, 2026-01-02T03:04:05Z. */
export const signedAt = Date.UTC(2026, 0, 2, 3, 4, 5) / 1000;

export function vector(name: string): SigningVector {
  const found = signingVectors.vectors.find((one) => one.name === name);
  if (!found) throw new Error(`no vector is called ${name}`);
  return found;
}

export interface Changes {
  readonly method?: string;
  readonly rawTarget?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: Buffer | string;
}

/** The vector as a request, with what is to be different. */
export function requestOf(from: SigningVector, changes: Changes = {}): Credentials {
  const body = Buffer.from(changes.body ?? from.body);
  return {
    method: changes.method ?? from.method,
    rawTarget: changes.rawTarget ?? from.raw_path_and_query,
    headers: {
      ...from.unsigned_headers,
      ...from.headers,
      authorization: from.authorization,
      ...changes.headers,
    },
    body: () => Promise.resolve(body),
  };
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Recorded exchanges with a real Glance; the files' own `about` says what each member means. */
export interface Recording {
  readonly set: 'default' | 'srbac';
  readonly server: string;
  readonly cases: readonly GoldenCase[];
}

export interface GoldenCase {
  readonly id: string;
  readonly description: string;
  readonly setup: readonly { readonly request: RecordedRequest; readonly expect_status: number }[];
  readonly request: RecordedRequest;
  readonly response: RecordedResponse;
  readonly followups: readonly { readonly request: RecordedRequest; readonly response: RecordedResponse }[];
}

export interface RecordedRequest {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: string;
  readonly body_base64?: string;
  /** The name under which the `id` of the JSON answer is kept. */
  readonly save?: string;
}

export interface RecordedResponse {
  readonly version: string;
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly body_base64?: string;
  readonly connection: 'open' | 'closed';
  readonly interim?: readonly number[];
}

export function readRecording(name: 'glance-default' | 'glance-secure-rbac' | 'glance-metadefs'): Recording {
  return JSON.parse(readFileSync(join(__dirname, '..', 'golden', `${name}.json`), 'utf8')) as Recording;
}

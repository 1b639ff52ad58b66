import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Recorded exchanges with a real Glance; the files' own `about` says what each member means. */
export interface Recording {
  readonly set: 'default' | 'srbac' | 'imports' | 'stores';
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
  /** Repeated until the answer holds this text. */
  readonly until?: string;
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

export function readRecording(
  name: 'glance-default' | 'glance-secure-rbac' | 'glance-metadefs' | 'glance-imports' | 'glance-stores',
): Recording {
  return read<Recording>(name);
}

/** Answers by their place in a case: 0 is the request under test, 1 the first that follows. */
type Answers = Readonly<Record<string, RecordedResponse>>;

/** What a newer release answers otherwise; the file's own `about` says more. */
interface LaterRecording {
  readonly server: string;
  readonly differing: Readonly<Partial<Record<Recording['set'], Readonly<Record<string, Answers>>>>>;
  readonly added: readonly GoldenCase[];
}

/** The recorded cases as a newer release answers them, and those that were recorded with it alone. */
export interface Later {
  readonly default: Recording;
  readonly srbac: Recording;
  readonly added: Recording;
  /** Ids of those that are answered otherwise. */
  readonly differing: ReadonlySet<string>;
}

export function readLater(name: 'glance-hibiscus'): Later {
  const { server, differing, added } = read<LaterRecording>(name);
  const changed = (recording: Recording): Recording => ({
    ...recording,
    server,
    cases: recording.cases.map((one) => withAnswers(one, differing[recording.set]?.[one.id] ?? {})),
  });
  return {
    default: changed(readRecording('glance-default')),
    srbac: changed(readRecording('glance-secure-rbac')),
    added: { set: 'default', server, cases: added },
    differing: new Set(Object.values(differing).flatMap((answers) => Object.keys(answers))),
  };
}

function withAnswers(one: GoldenCase, answers: Answers): GoldenCase {
  return {
    ...one,
    response: answers['0'] ?? one.response,
    followups: one.followups.map((followup, index) => ({
      ...followup,
      response: answers[String(index + 1)] ?? followup.response,
    })),
  };
}

function read<Content>(name: string): Content {
  return JSON.parse(readFileSync(join(__dirname, '..', 'golden', `${name}.json`), 'utf8')) as Content;
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorRequestHandler } from 'express';
import { requestBaseUrl } from '../../http/context';
import type { RequestFault, ValidationIssue } from '../../http/errors';
import { sendServiceUnavailable } from '../../http/load-shedding';
import { createErrorRenderer } from '../../http/renderer';
import type { AuthFault, IdentityRefusal, IdentityObjectKind, ValueOrRefusal } from '../../identity/errors';
import { clientErrorSentence, type ErrorAnswer, statusTitles } from './error-answer';
import { commonHeaders, sendJson } from './responses';
import { ruleErrorAnswer, nameTakenMessage } from './rule-answers';

class RefusedByIdentity extends Error {
  override readonly name = 'RefusedByIdentity';
  constructor(readonly refusal: IdentityRefusal) {
    super(refusal.kind);
  }
}

/** A client looks for the second version of this API. @param url where the third is */
export class VersionTwoRequested extends Error {
  override readonly name = 'OldVersion';
  readonly refusal = { kind: 'old-version' };
  constructor(readonly url: string) {
    super('identity-v2');
  }
}

/** The value. A refusal is thrown, to this dialect's renderer. */
export function valueOrThrow<Value>(outcome: ValueOrRefusal<Value>): Value {
  if ('refusal' in outcome) throw new RefusedByIdentity(outcome.refusal);
  return outcome.value;
}

/** Keystone's format and, where a client may show it, Keystone's wording. */
export function createErrorHandler(publicUrl: string | null): ErrorRequestHandler {
  return createErrorRenderer<ErrorAnswer>({
    faultAnswer,
    refusalAnswer: (error) => {
      if (error instanceof VersionTwoRequested) return oldVersionAnswer(error);
      return error instanceof RefusedByIdentity ? refusalAnswer(error.refusal) : undefined;
    },
    unavailable: () => unavailable,
    unexpected,
    write: ({ status, message, more }, req, res) => {
      if (status === 401) res.set('WWW-Authenticate', `Keystone uri="${requestBaseUrl(req, publicUrl)}/v3"`);
      sendJson(res, status, bodyOf(status, message, more));
    },
  });
}

/** The same answer for what is rejected before Express has seen it. */
export function rejectOverloaded(req: IncomingMessage, res: ServerResponse): void {
  const headers = { ...commonHeaders(req), 'Content-Type': 'application/json' };
  sendServiceUnavailable(res, headers, JSON.stringify(bodyOf(unavailable.status, unavailable.message)));
}

function bodyOf(code: number, message: string, more?: object): object {
  return { error: { ...more, code, message, title: statusTitles[code] ?? 'Error' } };
}

const unexpected: ErrorAnswer = {
  status: 500,
  message: 'An unexpected error prevented the server from fulfilling your request.',
};
const unavailable: ErrorAnswer = {
  status: 503,
  message: 'The identity service cannot answer now; try again.',
};

function oldVersionAnswer({ url }: VersionTwoRequested): ErrorAnswer {
  const help = `The URL of the identity service (OS_AUTH_URL) is ${url}.`;
  return { status: 404, message: `There is no version 2 of the Identity API here. ${help}` };
}

function badRequest(message: string): ErrorAnswer {
  return { status: 400, message };
}

function faultAnswer(fault: RequestFault): ErrorAnswer {
  switch (fault.kind) {
    case 'unauthenticated':
      return { status: 401, message: authWords[fault.fact] };
    case 'route-not-found':
      return { status: 404, message: 'The requested URL was not found on the server.' };
    case 'method-not-allowed':
    case 'method-unknown':
      return { status: 405, message: 'The method is not allowed for the requested URL.' };
    case 'target-not-text':
      return badRequest(`The ${fault.where} is not UTF-8 text. ${clientErrorSentence}`);
    // The parser's own sentence quotes the body, and a body here may hold a password.
    case 'body-empty':
    case 'body-malformed':
      return badRequest(`Expecting to find valid JSON in request body. ${clientErrorSentence}`);
    case 'body-too-large':
      return { status: 413, message: `The request body is larger than ${String(fault.limit)} bytes.` };
    case 'rate-limited':
      return { status: 503, message: 'Too many requests; try again.' };
    case 'injected':
      return { status: fault.status, message: 'This answer was asked for at /admin/faults.' };
    case 'body-encoding':
      return { status: 415, message: 'A request body with a content encoding is not taken.' };
    case 'body-cut-off':
      return badRequest(`The request body ended early. ${clientErrorSentence}`);
    case 'invalid-request':
      return issueAnswer(fault.issues);
  }
}

/** Keystone reports one fault at a time; a wrong parent comes before its children. */
function issueAnswer(issues: readonly ValidationIssue[]): ErrorAnswer {
  const [issue] = [...issues].sort((a, b) => a.path.length - b.path.length);
  const words = issue?.message ?? 'The request is not valid.';
  return badRequest(issue?.code === 'missing' ? `${words} ${clientErrorSentence}` : words);
}

const needed = 'The request you have made requires authentication.';

const authWords: Readonly<Record<AuthFault, string>> = {
  missing: needed,
  'foreign-site': needed,
  'token-invalid': needed,
  'rule-missing': needed,
  'token-expired': needed,
  'signature-malformed':
    'The signature is not of a form that is taken: SDK-HMAC-SHA256 with X-Sdk-Date signed.',
  'signature-wrong': 'The signature does not match the request.',
  'signature-expired': 'The signature is too old, or the clock that made it is wrong.',
  'signed-body-too-large': 'A signature covers no body of more than 12 MiB.',
  'key-unknown': 'The access key is not known.',
  'not-in-project': 'The access key cannot be used in that project.',
};

function forbidden(action: string): ErrorAnswer {
  return { status: 403, message: `You are not authorized to perform the requested action: ${action}.` };
}

type LoginRefusal = Extract<
  IdentityRefusal,
  {
    kind:
      | 'not-authenticated'
      | 'scope-with-credential'
      | 'method-unsupported'
      | 'name-missing'
      | 'domain-missing'
      | 'delegated'
      | 'system-token'
      | 'credential-restricted'
      | 'credentials-delegated';
  }
>;

function loginAnswer(refusal: LoginRefusal): ErrorAnswer {
  switch (refusal.kind) {
    case 'not-authenticated':
      return { status: 401, message: needed };
    case 'scope-with-credential':
      return {
        status: 401,
        more: { identity: {} },
        message:
          'Error authenticating with application credential: Application credentials cannot request a scope.',
      };
    case 'method-unsupported':
      return {
        status: 401,
        more: { identity: { methods: refusal.methods } },
        message: 'Attempted to authenticate with an unsupported method.',
      };
    case 'name-missing':
      return badRequest(`Expecting to find id or name in ${refusal.of}. ${clientErrorSentence}`);
    case 'domain-missing':
      return badRequest(`Expecting to find domain in ${refusal.of}. ${clientErrorSentence}`);
    case 'delegated':
      return forbidden('Using a delegated token to create another token is not allowed.');
    case 'system-token':
      return forbidden(
        'Using a system-scoped token to create a project-scoped or domain-scoped token is not allowed.',
      );
    case 'credentials-delegated':
      return forbidden('Delegated tokens cannot access credentials directly');
    case 'credential-restricted':
      return forbidden(
        "Using method 'application_credential' is not allowed for managing additional application credentials.",
      );
  }
}

function refusalAnswer(refusal: IdentityRefusal): ErrorAnswer {
  switch (refusal.kind) {
    case 'not-allowed':
      return forbidden(`identity:${refusal.action}`);
    case 'subject-token-missing':
      return { status: 404, message: 'No token in the request' };
    case 'subject-token-invalid':
      return { status: 404, message: 'Failed to validate token' };
    case 'not-found':
      return {
        status: 404,
        message: notFoundWords(refusal),
      };
    case 'exists':
      return {
        status: 409,
        message: nameTakenMessage(refusal),
      };
    case 'invalid':
      return badRequest(
        invalidWords[`${refusal.field} ${refusal.fault}`] ?? `Invalid input for field '${refusal.field}'.`,
      );
    case 'rule':
      return ruleErrorAnswer(refusal);
    default:
      return loginAnswer(refusal);
  }
}

function notFoundWords({ thing, id }: { readonly thing: IdentityObjectKind; readonly id: string }): string {
  const separator = thing === 'limit' || thing === 'registered-limit' ? ' for ' : ': ';
  return `Could not find ${words[thing] ?? thing.replaceAll('-', ' ')}${separator}${id}.`;
}

/** Where the wording differs from the kind. */
const words: Readonly<Partial<Record<IdentityObjectKind, string>>> = {
  'access-key': 'access key',
  'application-credential': 'Application Credential',
  'access-rule': 'Access Rule',
  'endpoint-group': 'Endpoint Group',
};

const invalidWords: Readonly<Record<string, string>> = {
  'blob form': 'Invalid blob in credential',
  'blob access': `Expecting to find access in credential. ${clientErrorSentence}`,
  'blob project': "'project_id' is a required property",
  'blob tied': 'What the credential was made with can not be updated for credential',
  'expires_at past': `The 'expires_at' must not be before now. ${clientErrorSentence}`,
  'access_rules incomplete':
    'Invalid application credential: An access rule has a service, a method and a path, or the id of a known one.',
  'roles unassigned':
    'Invalid application credential: Cannot create an application credential with unassigned role',
};

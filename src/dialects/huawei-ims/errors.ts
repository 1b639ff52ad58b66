import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorRequestHandler } from 'express';
import { type Refusal, Refused, type TagFault } from '../../core/errors';
import type { JobFault } from '../../core/job';
import type { RequestFault } from '../../http/errors';
import { sendServiceUnavailable } from '../../http/load-shedding';
import { requestIdFor } from '../../http/middleware';
import { createErrorRenderer } from '../../http/renderer';
import type { AuthFault } from '../../identity/errors';
import { type ErrorCode, errorCodes } from './error-codes';
import { huaweiProfiles } from './profiles';

/** One error as it goes out; the code's prefix decides the form of the body. */
interface Answer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const unavailable: Answer = { status: 503, code: 'IMG.0061', message: 'The service is unavailable.' };

export const renderError: ErrorRequestHandler = createErrorRenderer<Answer>({
  faultAnswer,
  refusalAnswer: (error) => (error instanceof Refused ? refusalAnswer(error.refusal) : undefined),
  unavailable: () => unavailable,
  unexpected: answer('IMG.0061'),
  write: ({ status, code, message }, _req, res) => {
    res.status(status).json(bodyOf(code, message, String(res.get('X-Request-Id'))));
  },
});

/** The same answer for what is rejected before Express has seen it. */
export function rejectOverloaded(req: IncomingMessage, res: ServerResponse): void {
  const headers = { ...commonHeaders(req), 'Content-Type': 'application/json; charset=utf-8' };
  const { code, message } = unavailable;
  sendServiceUnavailable(res, headers, JSON.stringify(bodyOf(code, message, requestIdFor(req))));
}

/** Headers of every answer of the two dialects: it is for this caller alone, whatever caches are in between. */
export function commonHeaders(req: IncomingMessage): Record<string, string> {
  return { 'X-Request-Id': requestIdFor(req), 'Cache-Control': 'no-store' };
}

function bodyOf(code: string, message: string, requestId: string): object {
  if (!code.startsWith('APIGW.')) return { error: { message, code } };
  return { error_msg: message, error_code: code, request_id: requestId };
}

function answer(code: ErrorCode, detail = ''): Answer {
  const [status, message] = errorCodes[code];
  return { status, code, message: detail === '' ? message : `${message} ${detail}` };
}

function faultAnswer(fault: RequestFault): Answer {
  switch (fault.kind) {
    case 'unauthenticated':
      return answer('APIGW.0301', authWords[fault.fact]);
    case 'route-not-found':
    case 'method-not-allowed':
    case 'method-unknown':
      return answer('APIGW.0101');
    case 'target-not-text':
      return answer('IMG.0017');
    case 'body-empty':
      return answer('IMG.0007');
    case 'body-malformed':
      return answer('IMG.0001', fault.detail);
    case 'body-too-large':
      return answer('APIGW.0201', `At most ${String(fault.limit)} bytes are taken.`);
    case 'body-encoding':
      return answer('IMG.0001', 'A content encoding is not taken.');
    case 'body-cut-off':
      return answer('IMG.0001', 'The body ended before its length.');
    case 'rate-limited':
      return answer('APIGW.0308');
    case 'injected':
      return injectedAnswer(fault.status);
    case 'invalid-request': {
      const [issue] = fault.issues;
      if (!issue) return answer('IMG.0001');
      return answer(issue.code in errorCodes ? (issue.code as ErrorCode) : 'IMG.0001', issue.message);
    }
  }
}

/** The given status, with a matching code. */
function injectedAnswer(status: number): Answer {
  const named = Object.entries(errorCodes).find(([, [usual]]) => usual === status)?.[0];
  const code = named ?? (status >= 500 ? 'IMG.0061' : 'IMG.0001');
  return { status, code, message: 'This answer was asked for at /admin/faults.' };
}

/** The endings that IAM's gateway writes, as far as they are documented. */
const authWords: Readonly<Record<AuthFault, string>> = {
  missing: 'x-auth-token not found',
  'foreign-site': 'the request comes from another site',
  'token-invalid': 'decrypt token fail',
  'rule-missing': 'decrypt token fail',
  'token-expired': 'token expires',
  'signature-malformed': 'verify aksk signature fail: malformed Authorization header',
  'signature-wrong': 'verify aksk signature fail',
  'signature-expired': 'calc ak sk signature fail: signature expired',
  'signed-body-too-large': 'calc aksk signature fail:body too large',
  'key-unknown': 'Get secretKey failed',
  'not-in-project': 'the project is not one of the user',
};

function refusalAnswer(refusal: Refusal): Answer {
  if (refusal.kind === 'not-allowed' && refusal.because === 'role') return answer('IMG.0026');
  return answer(codeOf[refusal.kind], detailOf(refusal));
}

/** How a job reports a failed part. */
export function jobFaultError(fault: JobFault): { code: string; message: string } {
  const { code, message } = answer(codeOf[fault]);
  return { code, message };
}

/** How a job reports that it was asked to fail. */
export function requestedFailureError(code: string): { code: string; message: string } {
  const words = code in errorCodes ? `${errorCodes[code as ErrorCode][1]} ` : '';
  return { code, message: `${words}This failure was asked for at /admin/faults.` };
}

const codeOf: Readonly<Record<JobFault, ErrorCode>> = {
  'image-not-found': 'IMG.0144',
  'image-gone': 'IMG.0144',
  'image-not-readable': 'IMG.0026',
  'tag-not-found': 'IMG.0121',
  'member-not-found': 'IMG.0121',
  'not-allowed': 'IMG.0047',
  'tag-limit-reached': 'IMG.0116',
  'image-limit-reached': 'IMG.0015',
  'tag-invalid': 'IMG.0115',
  'search-too-wide': 'IMG.0001',
  'receiver-unknown': 'IMG.0108',
  'asked-for': 'IMG.0061',
  'image-exists': 'IMG.0031',
  'member-exists': 'IMG.0031',
  'image-protected': 'IMG.0028',
  'owner-not-allowed': 'IMG.0106',
  'marker-not-found': 'IMG.0086',
  'not-shared': 'IMG.0089',
  'shared-with-its-owner': 'IMG.0076',
  'member-limit-reached': 'IMG.0088',
  'wrong-status': 'IMG.0046',
  'data-deactivated': 'IMG.0046',
  'property-limit-reached': 'IMG.0001',
  'property-too-long': 'IMG.0001',
  'formats-missing': 'IMG.0001',
  'data-too-large': 'IMG.0001',
  'data-no-room': 'IMG.0001',
  'format-mismatch': 'IMG.0001',
  'import-not-possible': 'IMG.0046',
  'import-formats-missing': 'IMG.0001',
  'too-many-imports': 'APIGW.0308',
  'task-not-found': 'IMG.0144',
  'changed-meanwhile': 'TGW.0412',
  'stale-list': 'TGW.0409',
  'guard-required': 'TGW.0428',
};

function detailOf(refusal: Refusal): string {
  if (refusal.kind === 'tag-invalid') return tagDetail(refusal);
  if (refusal.kind === 'tag-not-found') return 'The image has no tag with this key.';
  if (refusal.kind === 'search-too-wide') return wideText(refusal.limit);
  if (!('attempted' in refusal)) return '';
  const { kind, attempted, limit } = refusal;
  const wider = kind === 'tag-limit-reached' ? widerThan(limit, huaweiProfiles.wide.tagsPerImage) : '';
  return `Attempted: ${String(attempted)}, maximum: ${String(limit)}${wider}.`;
}

function tagDetail({ fault, limit, character }: Extract<Refusal, { kind: 'tag-invalid' }>): string {
  const words = tagWords[fault];
  if (character !== undefined) return `${words}: ${shown(character)}.`;
  if (limit === undefined) return `${words}.`;
  const { keyLength, valueLength } = huaweiProfiles.wide;
  const widest = fault === 'key-too-long' ? keyLength : fault === 'value-too-long' ? valueLength : limit;
  return `${words}: at most ${String(limit)} characters are taken${widerThan(limit, widest)}.`;
}

/** What the gateway's operator can do about a limit. */
function widerThan(limit: number, widest: number): string {
  return limit < widest ? ` (${String(widest)} with TAGWAY_HUAWEI_PROFILE=wide)` : '';
}

/** Printed as itself, unless invisible or easily mistaken, and with its code point. */
function shown(character: string): string {
  const number = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character) ? `"${character}" (${number})` : number;
}

function wideText(limit: number): string {
  return `The search would read more than ${String(limit)} images; name a tag, a name or an id.`;
}

const tagWords: Readonly<Record<TagFault, string>> = {
  'too-long': 'Key and value together are too long',
  'not-text': 'It holds NUL or an unpaired surrogate',
  'key-blank': 'The key cannot be left blank',
  'key-too-long': 'The key is too long',
  'key-characters': 'The key has a character that is not allowed',
  'value-too-long': 'The value is too long',
  'value-characters': 'The value has a character that is not allowed',
};

import { setTimeout as sleep } from 'node:timers/promises';
import type { Exchange, RecordedAnswer } from '../exchange';
import { compareAnswers, type Difference } from './compare';
import type { ReplayBindings } from './replay-bindings';
import { jsonMemberAt, listOrEmpty, objectOrEmpty, parseJson } from './json';
import { type ReplayAnswer, sendRecordedRequest, substituteDigests, type ReplayTarget } from './sending';
import { sortTagsInJson } from './sorted-tags';

export interface ReplayedExchange {
  readonly exchange: Exchange;
  /** none: answered as recorded */
  readonly differences: readonly Difference[];
}

export interface ReplayOutcome {
  readonly played: readonly ReplayedExchange[];
  /** Cannot be played, with the reason. */
  readonly skipped: readonly { readonly exchange: Exchange; readonly reason: string }[];
}

/** What belongs to a server's place in a network, and not to its API; Glance has no ETag (D24). */
const ownHeaders = new Set(
  (
    'connection keep-alive transfer-encoding server via date cache-control etag vary strict-transport-security x-frame-options referrer-policy ' +
    'x-content-type-options x-xss-protection content-security-policy permissions-policy cross-origin-opener-policy ' +
    'cross-origin-embedder-policy cross-origin-resource-policy'
  ).split(' '),
);

/** Its answers are compared by value: neither reason nor white space count. */
const identityPath = /^\/v3(?:[/?]|$)/;

/** How long (ms) a state that clients wait for may take to come. */
const awaitTimeoutMs = 10_000;
const lookEvery = 50;

/** Plays exchanges one after another, in the order in which they were begun, and compares the answers. */
export async function replayExchanges(
  exchanges: readonly Exchange[],
  target: ReplayTarget,
  correspondence: ReplayBindings,
): Promise<ReplayOutcome> {
  const played: ReplayedExchange[] = [];
  const skipped: { exchange: Exchange; reason: string }[] = [];
  for (const [index, exchange] of exchanges.entries()) {
    const reason = unplayable(exchange);
    if (reason !== null) {
      skipped.push({ exchange, reason });
      continue;
    }
    const next = exchanges[index + 1];
    const before = exchanges[index - 1];
    const differences = await play(exchange, target, correspondence, isPoll(before, exchange));
    played.push({ exchange, differences: isPoll(exchange, next) ? [] : differences });
  }
  return { played, skipped };
}

function unplayable({ broken, request, response }: Exchange): string | null {
  if (broken !== undefined || response === null) return broken ?? 'it was not answered';
  const isText = request.data !== undefined && request.data.sha256 === undefined;
  return isText ? 'its body is not in the recording, since it may hold a secret' : null;
}

/** A client that asks the same again and is answered otherwise waits for a state, which may take another time here. */
function isPoll(one: Exchange | undefined, next: Exchange | undefined): boolean {
  return (
    one?.request.method === 'GET' &&
    next?.request.method === 'GET' &&
    one.request.target === next.request.target &&
    one.response?.body !== next.response?.body
  );
}

async function play(
  { request, response }: Exchange,
  target: ReplayTarget,
  correspondence: ReplayBindings,
  isAwaited: boolean,
): Promise<readonly Difference[]> {
  correspondence.keepOwn(`${request.target}\n${request.body ?? ''}`);
  if (request.data && request.body_base64 === undefined) bindDigests(request.data, correspondence);
  const deadline = performance.now() + (isAwaited ? awaitTimeoutMs : 0);
  for (;;) {
    const answer = await sendRecordedRequest(request, correspondence, target).catch(
      (error: unknown) => error as Error,
    );
    if (answer instanceof Error || !response)
      return [{ part: 'connection', recorded: 'a whole answer', actual: (answer as Error).message }];
    const found = differences(request, response, answer, correspondence);
    if (found.length === 0 || performance.now() >= deadline) return found;
    await sleep(lookEvery);
  }
}

function bindDigests(data: NonNullable<Exchange['request']['data']>, correspondence: ReplayBindings): void {
  const here = substituteDigests(data.bytes);
  for (const name of ['md5', 'sha256', 'sha512'] as const) {
    const recorded = data[name];
    if (recorded !== undefined) correspondence.bindId(recorded, here[name]);
  }
}

function differences(
  { method, target }: Exchange['request'],
  recordedAnswer: RecordedAnswer,
  answerHere: ReplayAnswer,
  correspondence: ReplayBindings,
): readonly Difference[] {
  const isIdentity = identityPath.test(target);
  const inOrder = isIdentity ? rolesInOrder : (text: string): string => text;
  const recorded = { ...recordedAnswer, body: inOrder(recordedAnswer.body ?? '') };
  const answer = { ...answerHere, text: inOrder(answerHere.text) };
  correspondence.learn(recorded, answer);
  const names = recorded.headers.map(([name, value]) => [name.toLowerCase(), value] as const);
  const masked = new Set(names.filter(([, value]) => value === '***').map(([name]) => name));
  // In pieces, a body has no length.
  if (names.some(([name]) => name === 'transfer-encoding')) masked.add('content-length');
  const isCompared = (name: string): boolean => !ownHeaders.has(name) && !masked.has(name);
  const here = { ...answer, text: comparedText(recorded, answer, isIdentity) };
  const before = {
    ...recorded,
    ...(isIdentity && { reason: answer.reason }),
    headers: recorded.headers.map(([name, value]) => [name, correspondence.template(value)] as const),
    text: correspondence.template(recordedText(recorded, isIdentity)),
  };
  return compareAnswers(before, here, { method, bindings: correspondence, isCompared });
}

/** Data are compared by their length and digest. */
function recordedText({ body, data }: RecordedAnswer, isIdentity: boolean): string {
  if (data) return dataLine(data.bytes, data.sha256);
  return isIdentity ? spacedAlike(body ?? '') : sortTagsInJson(body ?? '');
}

function comparedText({ data }: RecordedAnswer, answer: ReplayAnswer, isIdentity: boolean): string {
  if (data) return dataLine(answer.bytes, data.sha256 === undefined ? undefined : answer.sha256);
  return isIdentity ? spacedAlike(answer.text) : sortTagsInJson(answer.text);
}

function dataLine(bytes: number, sha256: string | undefined): string {
  return `${String(bytes)} bytes of data${sha256 === undefined ? '' : ` with sha256 ${sha256}`}`;
}

/** Keystone lists a token's roles in the order of a hash. */
function rolesInOrder(text: string): string {
  const body = objectOrEmpty(parseJson(text));
  const token = objectOrEmpty(body['token']);
  if (!('roles' in token)) return text;
  const named = listOrEmpty(token['roles']).map(
    (role) => [String(jsonMemberAt(role, 'name')), role] as const,
  );
  const roles = named.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, role]) => role);
  return JSON.stringify({ ...body, token: { ...token, roles } });
}

/**
 * The white space of Keystone's JSON differs with its release. The services in a token are the cloud's own; Tagway has two of
 * them.
 */
function spacedAlike(text: string): string {
  const body = parseJson(text);
  if (typeof body !== 'object' || body === null) return text;
  const token = objectOrEmpty(objectOrEmpty(body)['token']);
  return JSON.stringify('catalog' in token ? { ...body, token: { ...token, catalog: [] } } : body);
}

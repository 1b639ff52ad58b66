import type { Random } from '../random';
import { escapedText, hostilePiece, hostileText, mutated, mutatedJson } from './hostile';
import type { FuzzedOperation, Parameter, Schema } from './operations';
import { type Known, Samples } from './samples';

export interface FuzzRequest {
  readonly operation: FuzzedOperation;
  readonly method: string;
  /** Request line, headers and body, as they go out. */
  readonly bytes: Buffer;
}

/** Who may ask, as values of `X-Auth-Token`. */
export interface Tokens {
  readonly usual: readonly string[];
  readonly others: readonly string[];
}

const otherMethods = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'M-SEARCH',
];

/** A request to the operation: mostly as its contract wants it, with none, one or two things wrong. */
export function fuzzRequest(
  random: Random,
  operation: FuzzedOperation,
  known: Known,
  tokens: Tokens,
): FuzzRequest {
  const samples = new Samples(random, operation.follow, known);
  const rate = random.oneOf([0, 0.1, 0.3]);
  const isHurt = (): boolean => random.next() < rate;
  const method = isHurt() && isHurt() ? random.oneOf(otherMethods) : operation.method;
  const target = targetOf(random, operation, samples, isHurt);
  const body = bodyOf(random, operation, samples, isHurt);
  const lines = [
    `${method} ${target} HTTP/1.1`,
    'Host: gateway',
    ...headersOf(random, operation, samples, isHurt),
  ];
  const token = isHurt()
    ? random.oneOf([...tokens.others, '', 'wrong', '\xff', 'a b', '{}'])
    : random.oneOf(tokens.usual);
  if (token !== '') lines.push(`X-Auth-Token: ${token}`);
  if (body) lines.push(`Content-Type: ${isHurt() ? random.oneOf(mediaTypes) : body.type}`);
  return { operation, method, bytes: framed(random, lines, body?.bytes) };
}

const mediaTypes: readonly string[] = [
  ...[
    'text/plain',
    'application/json',
    'application/json; charset=utf-16',
    'application/xml',
    '',
    '\xff',
    'a/b/c',
  ],
  ...[
    'application/octet-stream',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    ';;;',
  ],
  ...['application/openstack-images-v2.1-json-patch', 'application/openstack-images-v2.0-json-patch'],
];

function targetOf(
  random: Random,
  operation: FuzzedOperation,
  samples: Samples,
  isHurt: () => boolean,
): string {
  const { parameters } = operation;
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const schema = parameters.find((one) => one.name === name)?.schema ?? {};
    return isHurt() ? hostilePiece(random) : escapedText(samples.text(schema, name));
  });
  const pairs = parameters
    .filter((one) => one.in === 'query' && random.next() < 0.2)
    .flatMap((one) => queryPairs(random, one, samples, isHurt));
  if (isHurt()) pairs.push(`${hostilePiece(random)}=${hostilePiece(random)}`);
  const target = pairs.length > 0 ? `${path}?${pairs.join(random.oneOf(['&', '&', '&', ';', '&&']))}` : path;
  return asciiOnly(isHurt() ? hurtTarget(random, target) : target);
}

function queryPairs(
  random: Random,
  { name, schema = {} }: Parameter,
  samples: Samples,
  isHurt: () => boolean,
): string[] {
  const value = samples.valueOf(schema, name);
  const values = (Array.isArray(value) ? value : [value]).map(textOf);
  if (isHurt()) values.push(hostileText(random));
  return values.map((one) => `${name}=${isHurt() ? hostilePiece(random) : escapedText(one)}`);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function hurtTarget(random: Random, target: string): string {
  const at = random.below(target.length + 1);
  switch (random.below(6)) {
    case 0:
      return target.replaceAll('/', '//');
    case 1:
      return `http://somewhere${target}`;
    case 2:
      return target.replace(/\/(?=[^/]*$)/, '%2F');
    case 3:
      return `${target}/`;
    default:
      return target.slice(0, at) + hostilePiece(random) + target.slice(at);
  }
}

/** Blanks and ends of lines would make another request of it; test/http/raw-requests has such. */
function asciiOnly(target: string): string {
  return Buffer.from(target.toWellFormed())
    .toString('latin1')
    .replace(/[^\x21-\xff]/g, '%');
}

const strangeHeaders: readonly string[] = [
  ...[
    'Accept: text/html',
    'Accept: \xff',
    'Accept: ;;;',
    'Accept: image/png;q=9',
    'Accept: application/json;q=0',
  ],
  ...[
    'Expect: 100-continue',
    'Expect: banana',
    'Range: bytes=0-1',
    'Range: bytes=9-1',
    'Range: bytes=-',
    'Range: x',
  ],
  ...[
    'Content-Range: bytes 0-1/2',
    'Content-Encoding: gzip',
    'X-Openstack-Request-Id: <b>',
    'X-Auth-Token: wrong',
  ],
  ...[
    'X-Openstack-Request-Id: \xe9"',
    'X-HTTP-Method-Override: DELETE',
    'X-Storage-Token: x',
    'Cookie: a=b; a=c',
  ],
  ...[
    'X-Forwarded-Host: evil',
    'X-Forwarded-For: \xff',
    'Authorization: Basic ::',
    'Authorization: Basic !!!',
  ],
  ...['Authorization: SDK-HMAC-SHA256 Access=x, SignedHeaders=;;, Signature=00', 'X-Sdk-Date: yesterday'],
  ...[
    'Authorization: SDK-HMAC-SHA256',
    'Authorization: Bearer x',
    '__proto__: x',
    'constructor: x',
    'If-Match: *',
  ],
  ...[
    `X-Long: ${'x'.repeat(9_000)}`,
    'X-Image-Meta-Store: file',
    'X-Project-Id: \xff',
    'Connection: close',
    'TE: x',
  ],
];

function headersOf(
  random: Random,
  operation: FuzzedOperation,
  samples: Samples,
  isHurt: () => boolean,
): string[] {
  const named = operation.parameters
    .filter((one) => one.in === 'header' && (one.required === true || random.next() < 0.3))
    .map(({ name, schema = {} }) => `${name}: ${isHurt() ? 'x\xff' : textOf(samples.valueOf(schema, name))}`);
  const strange = [isHurt(), isHurt()].filter(Boolean).map(() => random.oneOf(strangeHeaders));
  // A header has no characters above one byte.
  return [...named, ...strange].map((line) => Buffer.from(line, 'latin1').toString('latin1'));
}

function bodyOf(random: Random, operation: FuzzedOperation, samples: Samples, isHurt: () => boolean) {
  if (operation.bodies.length === 0)
    return isHurt() ? { type: 'application/json', bytes: Buffer.from('{"a":1}') } : undefined;
  if (isHurt() && isHurt()) return undefined;
  const { type, schema, examples } = random.oneOf(operation.bodies);
  if (type === 'application/octet-stream') return { type, bytes: Buffer.from('data') };
  return { type, bytes: jsonBytes(random, valueFor(random, schema, examples, samples), isHurt) };
}

function valueFor(random: Random, schema: Schema, examples: readonly unknown[], samples: Samples): unknown {
  return examples.length > 0 && random.next() < 0.3 ? random.oneOf(examples) : samples.valueOf(schema);
}

function jsonBytes(random: Random, value: unknown, isHurt: () => boolean): Buffer {
  const hurt = isHurt() || isHurt() ? mutated(random, value) : value;
  const text = JSON.stringify(isHurt() ? mutated(random, hurt) : hurt);
  if (!isHurt()) return Buffer.from(text);
  const bytes = Buffer.from(mutatedJson(random, text));
  // A byte that is no UTF-8.
  return random.next() < 0.1
    ? Buffer.concat([bytes.subarray(0, 5), Buffer.from([0xff]), bytes.subarray(5)])
    : bytes;
}

function framed(random: Random, lines: readonly string[], body: Buffer | undefined): Buffer {
  const head = lines.join('\r\n');
  if (!body) return Buffer.from(`${head}\r\n\r\n`, 'latin1');
  if (random.next() < 0.9 || body.length === 0)
    return Buffer.concat([
      Buffer.from(`${head}\r\nContent-Length: ${String(body.length)}\r\n\r\n`, 'latin1'),
      body,
    ]);
  const at = random.below(body.length);
  const chunks = [body.subarray(0, at), body.subarray(at)].filter((chunk) => chunk.length > 0);
  const coded = chunks.flatMap((chunk) => [
    Buffer.from(`${chunk.length.toString(16)}\r\n`),
    chunk,
    Buffer.from('\r\n'),
  ]);
  const start = Buffer.from(`${head}\r\nTransfer-Encoding: chunked\r\n\r\n`, 'latin1');
  return Buffer.concat([start, ...coded, Buffer.from('0\r\n\r\n')]);
}

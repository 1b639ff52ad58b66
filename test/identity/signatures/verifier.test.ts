import { createHash } from 'node:crypto';
import type { Credentials } from '../../../src/identity/authenticator';
import { canonicalPaths } from '../../../src/identity/signatures/canonical';
import { readSignature } from '../../../src/identity/signatures/header';
import { isSignedWith, isSignedInTime } from '../../../src/identity/signatures/verifier';
import { requestOf, signedAt, signingVectors, vector } from './signing-vectors';

const secret = Buffer.from(signingVectors.secret_key);

/** Read, in time and right: what decides about a signed request, the key aside. */
async function holds(request: Credentials, now = signedAt, key = secret): Promise<boolean> {
  const signature = readSignature(request.headers);
  return signature !== undefined && isSignedInTime(signature, now) && isSignedWith(key, signature, request);
}

test('there are 32 vectors', () => {
  expect(signingVectors.vectors).toHaveLength(32);
});

test.each(signingVectors.vectors.map((one) => [one.name, one] as const))(
  'the signature of %s is taken',
  async (_name, one) => {
    expect(await holds(requestOf(one))).toBe(true);
  },
);

test.each(signingVectors.vectors.map((one) => [one.name, one] as const))(
  'the path of %s is found by the rule that the vector names',
  (_name, one) => {
    const [path = ''] = one.raw_path_and_query.split('?');
    const signedPath = one.canonical_request.split('\n')[1] ?? '';
    expect(canonicalPaths(path)).toContain(signedPath);
    if (one.verifies_with.includes('A')) expect(canonicalPaths(path)[0]).toBe(signedPath);
  },
);

describe('the negative cases that go with the vectors', () => {
  test('one more byte in the body is refused', async () => {
    const from = vector('delete-json-body');
    expect(await holds(requestOf(from, { body: `${from.body} ` }))).toBe(false);
  });

  test('another value in the query is refused', async () => {
    const from = vector('get-list-query');
    const rawTarget = from.raw_path_and_query.replace('limit=5', 'limit=6');
    expect(rawTarget).not.toBe(from.raw_path_and_query);
    expect(await holds(requestOf(from, { rawTarget }))).toBe(false);
  });

  test('another secret is refused', async () => {
    expect(await holds(requestOf(vector('get-image-tags')), signedAt, Buffer.from('another'))).toBe(false);
  });

  test('a clock 899 and 900 seconds off is taken, 901 seconds is refused, in both directions', async () => {
    const request = requestOf(vector('get-image-tags'));
    for (const sign of [1, -1]) {
      expect(await holds(request, signedAt + sign * 899)).toBe(true);
      expect(await holds(request, signedAt + sign * 900)).toBe(true);
      expect(await holds(request, signedAt + sign * 901)).toBe(false);
    }
  });

  test('a date that is not among the signed headers is refused', async () => {
    const from = vector('get-image-tags');
    const authorization = from.authorization.replace(';x-sdk-date', '');
    expect(authorization).not.toBe(from.authorization);
    expect(await holds(requestOf(from, { headers: { authorization } }))).toBe(false);
  });
});

describe('what may differ without breaking a signature', () => {
  test('headers that were not signed, host and project among them', async () => {
    const from = vector('tfhw-get-image-tags');
    const headers = { host: 'elsewhere.test', 'x-project-id': 'another', 'x-forwarded-for': '10.0.0.1' };
    expect(await holds(requestOf(from, { headers }))).toBe(true);
  });

  test('spaces around a signed header', async () => {
    const headers = { 'content-type': '  application/json ' };
    expect(await holds(requestOf(vector('get-image-tags'), { headers }))).toBe(true);
  });

  test('the letter case of an escape, and the order of the query', async () => {
    const path = vector('delete-key-unicode');
    const lower = path.raw_path_and_query.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());
    expect(await holds(requestOf(path, { rawTarget: lower }))).toBe(true);
    const query = vector('get-list-query-repeated');
    const rawTarget = '/v2/images?limit=2&tag=b&tag=a';
    expect(await holds(requestOf(query, { rawTarget }))).toBe(true);
  });

  test('a target in absolute form', async () => {
    const from = vector('get-list-query');
    const rawTarget = `http://ims.example.test${from.raw_path_and_query}`;
    expect(await holds(requestOf(from, { rawTarget }))).toBe(true);
  });

  test('a body whose signer has said that it is not covered, and no other', async () => {
    const unsigned = vector('glance-patch-unsigned-payload');
    expect(await holds(requestOf(unsigned, { body: 'anything' }))).toBe(true);
    const headers = { 'x-sdk-content-sha256': 'UNSIGNED-PAYLOAD' };
    expect(await holds(requestOf(vector('delete-json-body'), { headers }))).toBe(false);
    expect(await holds(requestOf(unsigned, { headers: { 'x-sdk-content-sha256': undefined } }))).toBe(false);
  });
});

test('a body that is not covered is not read', async () => {
  const request = requestOf(vector('glance-patch-unsigned-payload'));
  const body = jest.fn<Promise<Buffer>, []>();
  expect(await holds({ ...request, body })).toBe(true);
  expect(body).not.toHaveBeenCalled();
});

test('an announced body hash must be that of the body', async () => {
  const from = vector('delete-json-body');
  const right = createHash('sha256').update(from.body).digest('hex');
  const announced = requestOf(from, { headers: { 'x-sdk-content-sha256': right } });
  expect(await holds(announced)).toBe(true);
  expect(await holds({ ...announced, body: () => Promise.resolve(Buffer.from('other')) })).toBe(false);
});

describe('what is no signature at all', () => {
  const from = vector('get-image-tags');
  const signature = /Signature=(\w+)/.exec(from.authorization)?.[1] ?? '';
  const access = signingVectors.access_key;

  test.each([
    ['another algorithm', from.authorization.replace('SDK-HMAC-SHA256', 'V11-HMAC-SHA256')],
    ['the Chinese hash', from.authorization.replace('SDK-HMAC-SHA256', 'SDK-HMAC-SM3')],
    ['no access key', `SDK-HMAC-SHA256 SignedHeaders=host;x-sdk-date, Signature=${signature}`],
    ['both forms', `${from.authorization}, Credential=${access}/20260102///sdk_request`],
    ['a part twice', `${from.authorization}, Signature=${signature}`],
    ['a short signature', from.authorization.slice(0, -1)],
    ['a signature that is not hex', from.authorization.replace(signature, 'z'.repeat(64))],
    ['nothing behind the algorithm', 'SDK-HMAC-SHA256'],
    ['no signed headers', `SDK-HMAC-SHA256 Access=${access}, Signature=${signature}`],
  ])('%s', (_what, authorization) => {
    expect(readSignature(requestOf(from, { headers: { authorization } }).headers)).toBeUndefined();
  });

  test.each(['', '20260102T030405', '20260102T030405+0800', '20260231T030405Z', '2026-01-02T03:04:05Z'])(
    'a date that reads %p',
    (date) => {
      expect(readSignature(requestOf(from, { headers: { 'x-sdk-date': date } }).headers)).toBeUndefined();
    },
  );

  test('a scope of another day, or with another end', () => {
    const scoped = vector('go-get-image-tags');
    for (const [was, is] of [
      ['20260102//', '20260103//'],
      ['sdk_request', 'aws4_request'],
    ] as const) {
      const authorization = scoped.authorization.replace(was, is);
      expect(authorization).not.toBe(scoped.authorization);
      expect(readSignature(requestOf(scoped, { headers: { authorization } }).headers)).toBeUndefined();
    }
  });

  test('a signed header that has not arrived', async () => {
    expect(await holds(requestOf(from, { headers: { 'content-type': undefined } }))).toBe(false);
  });
});

import * as fc from 'fast-check';
import { readSignature } from '../../../src/identity/signatures/header';
import { isSignedWith } from '../../../src/identity/signatures/verifier';
import { type Changes, requestOf, type SigningVector, signingVectors } from './signing-vectors';

const secret = Buffer.from(signingVectors.secret_key);

async function holds(from: SigningVector, changes: Changes, key = secret): Promise<boolean> {
  const request = requestOf(from, changes);
  const signature = readSignature(request.headers);
  return signature !== undefined && isSignedWith(key, signature, request);
}

const anyVector = fc.constantFrom(...signingVectors.vectors);
const targetCharacter = fc.constantFrom(
  ...Array.from("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@/%"),
);

/** `text` with another character at one place; undefined when nothing but an escape's letter case changes. */
function altered(text: string, place: number, character: string): string | undefined {
  if (text === '') return undefined;
  const at = place % text.length;
  const other = `${text.slice(0, at)}${character}${text.slice(at + 1)}`;
  const upper = (one: string): string => one.replace(/%[0-9a-f]{2}/gi, (escape) => escape.toUpperCase());
  return upper(other) === upper(text) ? undefined : other;
}

function split(from: SigningVector): { path: string; query: string | undefined } {
  const [path = '', query] = from.raw_path_and_query.split('?');
  return { path, query };
}

/** Holds a change of one vector to be refused; what changes nothing is left aside. */
async function refused(from: SigningVector, changes: Changes | undefined): Promise<void> {
  fc.pre(changes !== undefined);
  expect(await holds(from, changes)).toBe(false);
}

const runs = { numRuns: 1_000 };
const place = fc.nat(10_000);

test('another character in the path is refused', async () => {
  await fc.assert(
    fc.asyncProperty(anyVector, place, targetCharacter, async (from, at, character) => {
      const { path, query } = split(from);
      const other = altered(path, at, character);
      const tail = query === undefined ? '' : `?${query}`;
      await refused(from, other === undefined ? undefined : { rawTarget: `${other}${tail}` });
    }),
    runs,
  );
});

test('another character in the query is refused', async () => {
  const withQuery = fc.constantFrom(
    ...signingVectors.vectors.filter((one) => split(one).query !== undefined),
  );
  await fc.assert(
    fc.asyncProperty(withQuery, place, targetCharacter, async (from, at, character) => {
      const { path, query = '' } = split(from);
      const other = altered(query, at, character);
      await refused(from, other === undefined ? undefined : { rawTarget: `${path}?${other}` });
    }),
    runs,
  );
});

test('a query that grows or loses a pair is refused', async () => {
  await fc.assert(
    fc.asyncProperty(anyVector, fc.stringMatching(/^[a-z]{1,8}$/), async (from, name) => {
      const { path, query } = split(from);
      const longer = query === undefined ? `${path}?${name}=1` : `${path}?${query}&${name}=1`;
      expect(await holds(from, { rawTarget: longer })).toBe(false);
      if (query !== undefined) {
        expect(await holds(from, { rawTarget: `${path}?${query.split('&').slice(1).join('&')}` })).toBe(
          false,
        );
      }
    }),
    { numRuns: 200 },
  );
});

test('another character in a signed header is refused', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyVector,
      place,
      place,
      fc.constantFrom(...Array.from('abcXYZ019-/;')),
      async (from, which, at, character) => {
        const names = (/SignedHeaders=([^,]*)/.exec(from.authorization)?.[1] ?? '').split(';');
        const name = names[which % names.length] ?? '';
        const value = from.headers[name] ?? '';
        const other = value === '' ? undefined : altered(value, at, character);
        // The date in another form is no signature at all, which is as good.
        await refused(from, other === undefined ? undefined : { headers: { [name]: other } });
      },
    ),
    runs,
  );
});

test('another byte in a signed body is refused', async () => {
  const signed = signingVectors.vectors.filter((one) => one.headers['x-sdk-content-sha256'] === undefined);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...signed),
      place,
      fc.integer({ min: 1, max: 255 }),
      async (from, at, flip) => {
        const body = Buffer.from(from.body === '' ? ' ' : from.body);
        if (from.body !== '') body.writeUInt8(body.readUInt8(at % body.length) ^ flip, at % body.length);
        expect(await holds(from, { body })).toBe(false);
      },
    ),
    runs,
  );
});

test('another key, method or signature is refused', async () => {
  await fc.assert(
    fc.asyncProperty(anyVector, place, fc.integer({ min: 1, max: 255 }), async (from, at, flip) => {
      const key = Buffer.from(secret);
      key.writeUInt8(key.readUInt8(at % key.length) ^ flip, at % key.length);
      expect(await holds(from, {}, key)).toBe(false);
      expect(await holds(from, { method: from.method === 'GET' ? 'HEAD' : 'GET' })).toBe(false);
      const digits = from.authorization.slice(-64);
      const digit = digits[at % 64] === '0' ? '1' : '0';
      const authorization = from.authorization.slice(0, -64) + (altered(digits, at, digit) ?? '');
      expect(await holds(from, { headers: { authorization } })).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test('one signature opens one path: escapes that are escaped again are another tag', async () => {
  for (const from of signingVectors.vectors) {
    const twice = from.raw_path_and_query.replaceAll(/%(?=[0-9a-f]{2})/gi, '%25');
    if (twice === from.raw_path_and_query) continue;
    expect(await holds(from, { rawTarget: twice })).toBe(false);
  }
});

test('a bare semicolon, which is read as the end of a pair and not signed as one, is refused', async () => {
  for (const from of signingVectors.vectors) {
    const { path, query } = split(from);
    if (query?.includes('&') !== true) continue;
    expect(await holds(from, { rawTarget: `${path}?${query.replace('&', ';')}` })).toBe(false);
  }
});

import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import {
  readTokenKeyId,
  decodeToken,
  encodeToken,
  type TokenSigningKey,
  tokenMethods,
  type TokenPayload,
} from '../../../src/identity/tokens/codec';

const key: TokenSigningKey = { id: '0badcafe', secret: randomBytes(32) };

const hexId = fc.stringMatching(/^[0-9a-f]{32}$/);
const projectId = fc.oneof(hexId, fc.stringMatching(/^[0-9A-Za-z_-]{1,64}$/));
const moment = fc.integer({ min: 0, max: 0xffffffff });
const target = fc.oneof(
  fc.record({
    scope: fc.constantFrom('unscoped' as const, 'project' as const, 'system' as const),
    projectId: fc.option(projectId),
    domainId: fc.constant(null),
  }),
  fc.record({ scope: fc.constant('domain' as const), projectId: fc.constant(null), domainId: projectId }),
);
const rest = fc.record({
  methods: fc.subarray([...tokenMethods]),
  userId: hexId,
  epoch: moment,
  issuedAt: moment,
  expiresAt: moment,
  auditId: hexId,
  parentAuditId: fc.option(hexId),
  credentialId: fc.option(hexId),
});
const payload: fc.Arbitrary<TokenPayload> = fc
  .tuple(target, rest)
  .map(([one, other]) => ({ ...one, ...other }));

test('a token says what was put into it', () => {
  fc.assert(
    fc.property(payload, (said) => {
      const token = encodeToken(said, key);
      expect(readTokenKeyId(token)).toBe(key.id);
      expect(decodeToken(token, key)).toEqual(said);
    }),
  );
});

test('a token is shorter than 255 characters and fits into any header', () => {
  const longest: TokenPayload = {
    scope: 'project',
    methods: [...tokenMethods],
    userId: 'f'.repeat(32),
    epoch: 0xffffffff,
    projectId: 'P'.repeat(64),
    domainId: null,
    issuedAt: 0xffffffff,
    expiresAt: 0xffffffff,
    auditId: 'f'.repeat(32),
    parentAuditId: 'f'.repeat(32),
    credentialId: 'f'.repeat(32),
  };
  const token = encodeToken(longest, key);
  expect(token.length).toBeLessThan(255);
  expect(token).toMatch(/^[A-Za-z0-9_-]+$/);
});

test('a token with another character anywhere, or more or fewer of them, is refused', () => {
  const characters = fc.constantFrom(...Array.from('ABCXYZabcxyz0123456789-_=+/ '));
  fc.assert(
    fc.property(payload, fc.nat(), characters, (said, place, character) => {
      const token = encodeToken(said, key);
      const at = place % token.length;
      const other = `${token.slice(0, at)}${character}${token.slice(at + 1)}`;
      if (other !== token) expect(decodeToken(other, key)).toBeUndefined();
      expect(decodeToken(token.slice(0, -1), key)).toBeUndefined();
      expect(decodeToken(`${token}A`, key)).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

test('a token of another key is refused, also when that key has the same id', () => {
  fc.assert(
    fc.property(payload, (said) => {
      const token = encodeToken(said, { id: key.id, secret: randomBytes(32) });
      expect(decodeToken(token, key)).toBeUndefined();
      expect(decodeToken(encodeToken(said, key), { ...key, id: '00000000' })).toBeUndefined();
    }),
    { numRuns: 50 },
  );
});

test('no text at all makes the reader throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.base64String({ maxLength: 400 })), (text) => {
      expect(decodeToken(text, key)).toBeUndefined();
      expect(() => readTokenKeyId(text)).not.toThrow();
    }),
  );
});

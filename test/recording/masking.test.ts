import { randomBytes } from 'node:crypto';
import { Masker } from '../../src/recording/masker';
import { closeAll, recordBefore, startService } from './proxied';

afterEach(closeAll);

const fresh = (): string => `s3cr"t/${randomBytes(9).toString('hex')}+ü`;
const hex = (): string => randomBytes(20).toString('hex');

interface Place {
  readonly path?: (secret: string) => string;
  readonly headers?: (secret: string) => Record<string, string>;
  readonly body?: (secret: string) => unknown;
  readonly type?: string;
  readonly answerHeaders?: (secret: string) => Record<string, string>;
  readonly answer?: (secret: string) => unknown;
  readonly secret?: () => string;
}

const inHeader = (name: string, value = (secret: string) => secret): Place => ({
  secret: hex,
  headers: (secret) => ({ [name]: value(secret) }),
});
const login = (identity: (secret: string) => object): Place => ({
  path: () => '/v3/auth/tokens',
  body: (secret) => ({ auth: { identity: identity(secret) } }),
});

/** Where a client or a cloud puts a secret. */
const places: Record<string, Place> = {
  'X-Auth-Token': inHeader('X-Auth-Token'),
  'X-Subject-Token': inHeader('X-Subject-Token'),
  'X-Service-Token': inHeader('X-Service-Token'),
  'X-Security-Token': inHeader('X-Security-Token'),
  'a header that is not known': inHeader('X-Our-Own-Key'),
  Cookie: inHeader('Cookie', (secret) => `a=1; session=${secret}`),
  Basic: inHeader('Authorization', (secret) => `Basic ${secret}`),
  Bearer: inHeader('Authorization', (secret) => `Bearer ${secret}`),
  'an access key': inHeader(
    'Authorization',
    (secret) =>
      `SDK-HMAC-SHA256 Access=${secret}, SignedHeaders=host;x-sdk-date, Signature=${'a'.repeat(64)}`,
  ),
  'a signature': inHeader(
    'Authorization',
    (secret) => `SDK-HMAC-SHA256 Access=AK, SignedHeaders=host;x-sdk-date, Signature=${secret}`,
  ),
  'a login by password': login((password) => ({
    methods: ['password'],
    password: { user: { name: 'a', password } },
  })),
  'a login by token': login((id) => ({ methods: ['token'], token: { id } })),
  'an application credential': login((secret) => ({
    methods: ['application_credential'],
    application_credential: { id: 'a', secret },
  })),
  'a one-time code': login((passcode) => ({ methods: ['totp'], totp: { user: { id: 'a', passcode } } })),
  'a Keystone v2 login': {
    body: (password) => ({ auth: { passwordCredentials: { username: 'a', password } } }),
  },
  'a change of password': {
    body: (secret) => ({ user: { password: secret, original_password: `${secret}-old` } }),
  },
  'a form': {
    path: () => '/v3/OS-FEDERATION/x',
    type: 'application/x-www-form-urlencoded',
    body: (secret) => `user=a&password=${encodeURIComponent(secret)}`,
  },
  'text of identity': {
    path: () => '/v3/x',
    type: 'text/xml',
    body: (secret) => `<Assertion>${secret}</Assertion>`,
  },
  'text that names a password': { type: 'text/plain', body: (secret) => `password: ${secret}` },
  'a query': { path: (secret) => `/v2/images?auth_token=${encodeURIComponent(secret)}` },
  'a location': {
    body: (secret) => [
      {
        op: 'add',
        path: '/locations/-',
        value: { url: `swift+https://t:${encodeURIComponent(secret)}@h/c` },
      },
    ],
  },
  'a signed URL': {
    body: (secret) => ({ method: { uri: `https://h/x?X-Amz-Signature=${encodeURIComponent(secret)}&a=1` } }),
  },
  'Set-Cookie': { secret: hex, answerHeaders: (secret) => ({ 'Set-Cookie': `session=${secret}; HttpOnly` }) },
  'a token that is made': { secret: hex, answerHeaders: (secret) => ({ 'X-Subject-Token': secret }) },
  'a token in a body': { answer: (id) => ({ access: { token: { id } } }) },
  'a key that is made': {
    answer: (secret) => ({ credential: { access: `AK${secret}`, secret, securitytoken: `${secret}-st` } }),
  },
  'a blob': { answer: (secret) => ({ credential: { blob: JSON.stringify({ access: 'a', secret }) } }) },
  'an error that quotes it': {
    ...inHeader('X-Auth-Token'),
    answer: (secret) => ({ error: `no token ${secret} here` }),
  },
  'an error that quotes what was asked': {
    body: (password) => ({ password }),
    answer: (secret) => ({ error: { message: `${secret} is too short` } }),
  },
  'a Fernet token anywhere': {
    secret: () => `gAAAAA${hex()}${hex()}`,
    answer: (secret) => ({ note: `see ${secret}` }),
  },
  'a path': { ...inHeader('X-Auth-Token'), path: (secret) => `/v2.0/tokens/${secret}` },
};

/** A secret as it may be written. */
function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    ...[secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)],
    ...[
      bytes.toString('base64').replace(/=+$/, ''),
      bytes.toString('hex'),
      JSON.stringify(JSON.stringify(secret)),
    ],
  ];
}

test.each(Object.entries(places))('no secret is in the recording: %s', async (_name, place) => {
  const secret = (place.secret ?? fresh)();
  const upstream = await startService((req, res) => {
    req.resume().on('end', () => {
      res.writeHead(200, { 'Content-Type': 'application/json', ...place.answerHeaders?.(secret) });
      res.end(JSON.stringify(place.answer?.(secret) ?? { ok: true }));
    });
  });
  const proxy = await recordBefore(upstream, { keepData: true });
  const body = place.body?.(secret);
  const type = place.type ?? 'application/json';
  await fetch(proxy.url + (place.path?.(secret) ?? '/v2/images'), {
    method: 'POST',
    headers: { ...place.headers?.(secret), ...(body !== undefined && { 'Content-Type': type }) },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  await proxy.exchanges(1);
  expect(spellings(secret).filter((text) => proxy.text().includes(text))).toEqual([]);
  expect(proxy.text()).toMatch(/\$\{(?:TOKEN|SECRET|ACCESS):1\}|\*\*\*|"data":\{"bytes":\d+\}/);
});

test('the same secret has the same name, and the rest of a body keeps its bytes', () => {
  const masker = new Masker((text) => text);
  const [[, token] = []] = masker.headers([['X-Auth-Token', 'abcdefghij']]);
  expect(token).toBe('${TOKEN:1}');
  const text = '{ "a" : [1, 2.50, "\\u00fc"],\n "password": "abcdefghij", "name": "x abcdefghij" }';
  expect(masker.body({ text, isIdentity: true })).toEqual({
    body: '{ "a" : [1, 2.50, "\\u00fc"],\n "password": "${TOKEN:1}", "name": "x ${TOKEN:1}" }',
  });
});

test('what only sounds like a secret stays', () => {
  const masker = new Masker((text) => text);
  const text = JSON.stringify({
    methods: ['password'],
    img_signature: 'abc',
    user: { password_expires_at: '2026-11-28T00:00:00.000000', name: 'tokens' },
    secret: null,
  });
  expect(masker.body({ text, isIdentity: true })).toEqual({ body: text });
});

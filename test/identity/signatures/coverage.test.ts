import { createHash, createHmac } from 'node:crypto';
import type { Instant } from '../../../src/core/clock';
import type { Credentials } from '../../../src/identity/authenticator';
import type { AccessPair } from '../../support/wire';
import { testDatabase } from '../../support/database';
import { anIdentity, somebody, TestClock } from '../some-identity';

/*
 * What a signature does not cover, as at the vendor's gateway: docs/identity.md says it, and that transport security
 * is what helps.
 */

const given = testDatabase();

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

interface Shot {
  /** Signed, in this order, before the date. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What is signed for the body; its hash unless given. */
  readonly payload?: string;
  readonly body: string;
}

function signedPost(
  { access, secret }: AccessPair,
  now: Instant,
  { headers = {}, payload, body }: Shot,
): Credentials {
  const date = `${now.slice(0, 19).replace(/[-:]/g, '')}Z`;
  const all = Object.entries({ ...headers, 'x-sdk-date': date });
  const names = all.map(([name]) => name).join(';');
  const lines = all.map(([name, value]) => `${name}:${value}\n`).join('');
  const canonical = `POST\n/v2/p/images/i/tags/\n\n${lines}\n${names}\n${payload ?? sha256(body)}`;
  const signature = createHmac('sha256', secret)
    .update(`SDK-HMAC-SHA256\n${date}\n${sha256(canonical)}`)
    .digest('hex');
  return {
    method: 'POST',
    rawTarget: '/v2/p/images/i/tags',
    headers: {
      ...Object.fromEntries(all),
      'content-type': 'application/json',
      ...(payload !== undefined && { 'x-sdk-content-sha256': payload }),
      authorization: `SDK-HMAC-SHA256 Access=${access}, SignedHeaders=${names}, Signature=${signature}`,
    },
    body: () => Promise.resolve(Buffer.from(body)),
  };
}

async function aSigner() {
  const clock = new TestClock();
  const identity = anIdentity(given(), clock);
  const who = await somebody(identity, 'member');
  const pair = await identity.accessKeys.create(who.user.id, who.project.id);
  const sign = (shot: Shot): Credentials => signedPost(pair, clock.now(), shot);
  const judge = (request: Credentials) => identity.authenticator.authenticate(request);
  return { clock, sign, judge };
}

const body = '{"tag":{"key":"k","value":"v"}}';

test('a request may be repeated for fifteen minutes, and no longer', async () => {
  const { clock, sign, judge } = await aSigner();
  const request = sign({ body });
  expect(await judge(request)).toHaveProperty('caller');
  expect(await judge(request)).toHaveProperty('caller');
  clock.pass(899);
  expect(await judge(request)).toHaveProperty('caller');
  clock.pass(2);
  expect(await judge(request)).toEqual({ fault: 'signature-expired' });
});

test('a Host that is not signed may be any, one that is signed may not', async () => {
  const { sign, judge } = await aSigner();
  const unsigned = sign({ body });
  const signed = sign({ body, headers: { host: 'ims.example.test' } });
  const elsewhere = ({ headers, ...rest }: Credentials): Credentials => ({
    ...rest,
    headers: { ...headers, host: 'elsewhere.example.test' },
  });
  expect(await judge(elsewhere(unsigned))).toHaveProperty('caller');
  expect(await judge(signed)).toHaveProperty('caller');
  expect(await judge(elsewhere(signed))).toMatchObject({ fault: 'signature-wrong' });
});

describe('a body', () => {
  const other = '{"tag":{"key":"k","value":"other"}}';
  const withBody = (request: Credentials, text: string): Credentials => ({
    ...request,
    body: () => Promise.resolve(Buffer.from(text)),
  });

  test('is covered, unless the client says that it is not, be it JSON', async () => {
    const { sign, judge } = await aSigner();
    expect(await judge(withBody(sign({ body }), other))).toMatchObject({ fault: 'signature-wrong' });
    const unsigned = sign({ body, payload: 'UNSIGNED-PAYLOAD' });
    expect(await judge(unsigned)).toHaveProperty('caller');
    expect(await judge(withBody(unsigned, other))).toHaveProperty('caller');
  });

  test('that is covered cannot be uncovered by somebody on the way', async () => {
    const { sign, judge } = await aSigner();
    const { headers, ...rest } = withBody(sign({ body }), other);
    for (const payload of ['UNSIGNED-PAYLOAD', sha256(body), sha256(other)]) {
      const altered = { ...rest, headers: { ...headers, 'x-sdk-content-sha256': payload } };
      expect(await judge(altered)).toMatchObject({ fault: 'signature-wrong' });
    }
  });
});

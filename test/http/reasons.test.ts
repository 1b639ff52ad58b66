import { Writable } from 'node:stream';
import { createLogger, format, transports } from 'winston';
import { randomUUID } from 'node:crypto';
import { refusalReason } from '../../src/http/cause';
import { HttpFault } from '../../src/http/errors';
import { testGateway } from '../support/gateway';
import { alpha, beta, testAuthenticator } from '../support/test-authenticator';
import { send } from '../support/wire';

interface Line {
  readonly path: string;
  readonly status: number;
  readonly reason?: string;
}

const lines: Line[] = [];
const stream = new Writable({
  write: (chunk: Buffer, _encoding, done) => {
    const line = JSON.parse(String(chunk)) as Partial<Line>;
    if (line.status !== undefined) lines.push(line as Line);
    done();
  },
});
const log = createLogger({
  level: 'debug',
  format: format.json(),
  transports: [new transports.Stream({ stream })],
});
const given = testGateway({
  replace: { authenticator: testAuthenticator },
  log,
  env: { TAGWAY_ADMIN: 'on' },
});

const id = randomUUID();
const tags = `/v2/${alpha}/images/${id}/tags`;
const native = `/tags/v1/projects/${alpha}`;
const secret = 'what-a-client-wrote';

/** Requests that are refused, in every dialect and on every page of the gateway's own. */
const refused: [method: string, path: string, body: unknown, reason: string, token?: string][] = [
  ['GET', '/v2/images', undefined, 'unauthenticated: missing', ''],
  ['GET', '/v2/images', undefined, 'unauthenticated: token-invalid', 'nonsense'],
  ['GET', `/v2/images/${id}`, undefined, 'image-not-found'],
  ['GET', '/v2/images?limit=x', undefined, 'invalid-request'],
  ['POST', '/v2/images', { disk_format: secret }, 'invalid-request'],
  ['POST', '/v2/images', { checksum: 'a'.repeat(32) }, 'not-allowed'],
  ['PATCH', `/v2/images/${id}`, [], 'media-type'],
  ['GET', '/v2/nothing', undefined, 'route-not-found'],
  ['POST', `/v2/images/${id}/tags/a`, undefined, 'method-not-allowed'],
  ['POST', '/v2.0/tokens', {}, 'old-version', ''],
  ['POST', tags, undefined, 'body-empty'],
  ['POST', tags, { tag: { key: secret.repeat(3), value: '' } }, 'tag-invalid: key-too-long'],
  ['POST', tags, { tag: { key: 'a=b', value: '' } }, 'tag-invalid: key-characters'],
  ['POST', tags, { tag: secret }, 'invalid-request: IMG.0001'],
  ['GET', `/v2/${alpha}/images/${secret}/tags`, undefined, 'invalid-request: IMG.0066'],
  ['GET', `/v2/${beta}/images/tags`, undefined, 'invalid-request: IMG.0030'],
  ['GET', '/v2/cloudimages?limit=x', undefined, 'invalid-request: IMG.0001'],
  ['GET', `/v1/${alpha}/nothing`, undefined, 'route-not-found'],
  ['POST', '/v3/auth/tokens', { auth: secret }, 'invalid-request: required', ''],
  ['GET', '/v3/nothing', undefined, 'route-not-found'],
  ['PATCH', '/v3/auth/tokens', {}, 'method-not-allowed'],
  ['GET', `${native}/images/${id}/tags`, undefined, 'image-not-found'],
  ['GET', `${native}/images/${id}/tags?revision=x`, undefined, 'invalid-request: query'],
  ['GET', '/docs/nothing', undefined, 'route-not-found', ''],
  ['POST', '/docs', {}, 'method-not-allowed', ''],
  ['GET', '/console/nothing', undefined, 'route-not-found', ''],
  ['GET', '/admin/journal', undefined, 'not-admin'],
  ['GET', '/admin/journal', undefined, 'unauthenticated: missing', ''],
];

test.each(refused)(
  '%s %s with %j is logged with its reason',
  async (method, path, body, reason, token = 'alice') => {
    lines.length = 0;
    const more = body === undefined ? {} : { body };
    const { status } = await send(given().port, method, path, { ...more, ...(token !== '' && { token }) });
    expect([Math.floor(status / 100), path]).toEqual([4, path]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(lines).toHaveLength(1);
    expect([lines[0]?.status, lines[0]?.reason]).toEqual([status, reason]);
  },
);

test('what was granted has none', async () => {
  lines.length = 0;
  await send(given().port, 'GET', '/v2/images', { token: 'alice' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(lines.map(({ status, reason }) => [status, reason])).toEqual([[200, undefined]]);
});

test('nothing that a client wrote is a reason', () => {
  const of = (code: string) =>
    refusalReason(
      new HttpFault({ kind: 'invalid-request', issues: [{ path: secret, code, message: secret }] }),
    );
  expect(of('IMG.0001')).toBe('invalid-request: IMG.0001');
  expect(of('a sentence with what a client wrote')).toBe('invalid-request');
  expect(refusalReason(new Error(secret))).toBeUndefined();
});

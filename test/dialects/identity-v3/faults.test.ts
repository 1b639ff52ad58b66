import { createLogger } from 'winston';
import { startTestGateway, testGateway } from '../../support/gateway';
import { closeIdleSockets, send } from '../../support/wire';
import { thePerson, logIn, passwordBody, refusal, tokenOf } from './people';

const given = testGateway();
afterAll(closeIdleSockets);

test.each([
  '/v3/nosuch',
  '/v3/auth',
  '/v3/auth/tokens/x',
  '/v3/users/a/b',
  '/v3/projects/a/b',
  '/v3/OS-OAUTH1/consumers',
])('%s is not there, with credentials or without', async (path) => {
  expect(refusal(await send(given().port, 'GET', path))).toEqual({
    status: 404,
    title: 'Not Found',
    message: 'The requested URL was not found on the server.',
  });
});

test.each(['/V3/auth/tokens', '/v30', '/v3x'])('%s is not ours', async (path) => {
  const answer = await send(given().port, 'POST', path, { body: {} });
  expect(answer.headers['x-openstack-request-id']).toBeUndefined();
});

test.each([
  ['PUT', '/v3/auth/tokens', ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST']],
  ['PATCH', '/v3/auth/tokens/', ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST']],
  ['POST', '/v3', ['GET', 'HEAD', 'OPTIONS']],
  ['DELETE', '/v3/auth/catalog', ['GET', 'HEAD', 'OPTIONS']],
  ['POST', '/v3/auth/projects', ['GET', 'HEAD', 'OPTIONS']],
])('%s %s is refused before any credentials, with what is allowed', async (method, path, allow) => {
  const answer = await send(given().port, method, path);
  expect(refusal(answer)).toMatchObject({ status: 405, title: 'Method Not Allowed' });
  expect(String(answer.headers.allow).split(', ').sort()).toEqual(allow);
});

test('OPTIONS tells the methods', async () => {
  const answer = await send(given().port, 'OPTIONS', '/v3/auth/tokens');
  expect(answer).toMatchObject({ status: 200, text: '' });
  expect(String(answer.headers.allow).split(', ').sort()).toEqual([
    'DELETE',
    'GET',
    'HEAD',
    'OPTIONS',
    'POST',
  ]);
});

test('a path that is not text is refused in this form', async () => {
  const token = await tokenOf(given(), await thePerson(given(), 'admin', 'admin'));
  for (const path of ['/v3/projects/%ff', '/v3/users/%00']) {
    expect(refusal(await send(given().port, 'GET', path, { token }))).toMatchObject({
      status: 400,
      title: 'Bad Request',
    });
  }
});

test('while the database is away a login and a new token are 503 with a time to try again', async () => {
  const gateway = await startTestGateway();
  try {
    const alice = await thePerson(gateway, 'alice', 'member');
    const token = await tokenOf(gateway, alice);
    await gateway.gateway.database.close();
    for (const answer of [
      await logIn(gateway, passwordBody(alice)),
      await send(gateway.port, 'GET', '/v3/auth/projects', { token }),
    ]) {
      expect(refusal(answer)).toMatchObject({ status: 503, title: 'Service Unavailable' });
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    }
  } finally {
    await gateway.close();
  }
});

test('what cannot be named is a 500 in this form, and the log is told what it was', async () => {
  const told: unknown[] = [];
  const log = createLogger({ silent: true });
  log.error = ((_message: string, facts: unknown) => told.push(facts)) as unknown as typeof log.error;
  const gateway = await startTestGateway({ log });
  try {
    const alice = await thePerson(gateway, 'alice', 'member');
    await gateway.database.query({ text: `update identity_users set password_hash = 'spoilt secret'` }, []);
    const answer = await logIn(gateway, passwordBody(alice));
    expect(refusal(answer)).toEqual({
      status: 500,
      title: 'Internal Server Error',
      message: 'An unexpected error prevented the server from fulfilling your request.',
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(told).toHaveLength(1);
    expect(JSON.stringify(told)).toContain('password hash');
    expect(JSON.stringify(told)).not.toContain('spoilt secret');
  } finally {
    await gateway.close();
  }
});

import { dialects } from '../../src/composition/dialects';
import { ConfigError, readConfig } from '../../src/settings/config';
import { testGateway } from '../support/gateway';
import { seeded } from '../support/seed';
import { testAuthenticator } from '../support/test-authenticator';
import { send } from '../support/wire';
import { adminSite } from './some-admin';

const site = adminSite();

describe('when it is off', () => {
  const off = testGateway({ replace: { authenticator: testAuthenticator } });

  test('/admin is to an admin what any unknown path is', async () => {
    const [admin, unknown] = await Promise.all(
      ['/admin/journal', '/unknown/journal'].map((path) => send(off().port, 'GET', path, { token: 'admin' })),
    );
    expect([admin?.status, admin?.text]).toEqual([unknown?.status, unknown?.text]);
    expect(admin?.status).toBe(300);
  });
});

test('every path under /admin asks for credentials first, in its own form', async () => {
  for (const path of ['/admin/reset', '/admin/faults', '/admin/journal', '/admin/unknown', '/admin']) {
    const answer = await send(site().port, 'POST', path);
    expect([path, answer.status]).toEqual([path, 401]);
    expect(answer.json<object>()).toEqual({
      error: { code: 401, title: 'Unauthorized', message: expect.stringContaining('admin') },
    });
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'www-authenticate': expect.stringContaining('/v3'),
    });
  }
});

test('a member is refused, by token and by signature', async () => {
  const { port, alice } = site();
  const pair = { access: seeded.access, secret: seeded.secret };
  expect((await send(port, 'GET', '/admin/journal', { token: alice })).status).toBe(403);
  expect((await send(port, 'GET', '/admin/journal', { pair })).status).toBe(403);
  expect((await send(port, 'POST', '/admin/reset', { token: alice })).status).toBe(403);
});

test('an admin is let in by signature, too', async () => {
  const { port, gateway } = site();
  const { directory, accessKeys } = gateway.identity;
  const user = await directory.requireUser('admin');
  const pair = await accessKeys.create(user.id, seeded.alpha);
  expect((await send(port, 'GET', '/admin/journal?limit=1', { pair })).status).toBe(200);
});

test('an unknown path is 404, another method 405 with those that there are', async () => {
  expect((await site().ask('GET', '/admin/unknown')).status).toBe(404);
  const refused = await site().ask('GET', '/admin/reset');
  expect([refused.status, refused.headers.allow]).toEqual([405, 'POST']);
});

test('it is refused with several workers, each of which would have its own', () => {
  expect(() => readConfig({ TAGWAY_ADMIN: 'on', TAGWAY_WORKERS: '2' }, dialects)).toThrow(ConfigError);
  expect(readConfig({ TAGWAY_WORKERS: '2' }, dialects).admin).toBe(false);
});

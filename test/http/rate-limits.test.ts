import { testGateway } from '../support/gateway';
import { alpha, testAuthenticator } from '../support/test-authenticator';
import { type Answer, send } from '../support/wire';

const byAddress = testGateway({
  env: { TAGWAY_RATE_PER_ADDRESS: '1' },
  replace: { authenticator: testAuthenticator },
});
const byProject = testGateway({
  env: { TAGWAY_RATE_PER_PROJECT: '1' },
  replace: { authenticator: testAuthenticator },
});
const unlimited = testGateway({ replace: { authenticator: testAuthenticator } });

const openstackPath = '/v2/images';
const huaweiPaths = [`/v2/${alpha}/images/tags`, '/v1/cloudimages/tags'];

// One a second is granted: a machine on which thirty take ten seconds still sees twenty rejected.
function burst(port: number, path: string, token?: string): Promise<Answer[]> {
  const one = () => send(port, 'GET', path, token === undefined ? {} : { token });
  return Promise.all(Array.from({ length: 30 }, one));
}

function statuses(answers: readonly Answer[]): Set<number> {
  return new Set(answers.map(({ status }) => status));
}

test('an address that asks too often is rejected, with a token or without', async () => {
  for (const token of ['alice', 'nonsense', undefined]) {
    const answers = await burst(byAddress().port, openstackPath, token);
    const away = answers.filter(({ status }) => status === 503);
    expect(away.length).toBeGreaterThanOrEqual(20);
    expect(away.every(({ headers }) => headers['retry-after'] === '1')).toBe(true);
  }
});

test.each(huaweiPaths)('%s: flow control as the gateway in front of IMS answers it', async (path) => {
  const answers = await burst(byProject().port, path, 'alice');
  const away = answers.filter(({ status }) => status === 429);
  expect(away.length).toBeGreaterThanOrEqual(20);
  expect(away[0]?.json()).toMatchObject({ error_code: 'APIGW.0308', error_msg: expect.any(String) });
  expect(away[0]?.headers['retry-after']).toBe('1');
});

test('one project does not use up what another has', async () => {
  await burst(byProject().port, openstackPath, 'alice');
  expect((await send(byProject().port, 'GET', openstackPath, { token: 'bob' })).status).toBe(200);
});

test('the room comes back after a second', async () => {
  const { port } = byProject();
  await burst(port, openstackPath, 'alice');
  await new Promise((resolve) => setTimeout(resolve, 1100));
  expect((await send(port, 'GET', openstackPath, { token: 'alice' })).status).toBe(200);
});

test('nobody is limited unless it is set', async () => {
  expect(statuses(await burst(unlimited().port, openstackPath, 'alice'))).toEqual(new Set([200]));
});

test('no answer invites other origins', async () => {
  const headers = { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'PUT' };
  for (const method of ['GET', 'OPTIONS']) {
    const answer = await send(unlimited().port, method, openstackPath, { token: 'alice', headers });
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  }
});

test('nor does an address get around it by signing in', async () => {
  const { port } = byAddress();
  const one = (): Promise<Answer> => send(port, 'POST', '/v3/auth/tokens', { body: { auth: {} } });
  const answers = await Promise.all(Array.from({ length: 30 }, one));
  const away = answers.filter(({ status }) => status === 503 || status === 429);
  expect(away.length).toBeGreaterThanOrEqual(20);
  expect(away[0]?.headers['retry-after']).toBe('1');
});

import { listen, type RunningServer } from '../../src/http/lifecycle';
import type { Gateway } from '../../src/composition/gateway-deps';
import { logIn, passwordBody, thePerson, tokenOf } from '../dialects/identity-v3/people';
import { file } from '../dialects/huawei-cloudimages/registrations';
import { openstack } from '../support/dialects';
import { gatewayOn, startTestGateway, type TestGateway } from '../support/gateway';
import { closeIdleSockets, send } from '../support/wire';

/*
 * What docs/deploy/scale-out.md says of several gateways on one database. The feed, webhooks, tokens and access keys
 * have such tests beside their others.
 */
const settings = { env: { TAGWAY_LOGIN_LOCKOUT: '3', TAGWAY_RATE_PER_PROJECT: '5' } };

let first: TestGateway;
let second: TestGateway;
let parts: { gateway: Gateway; server: RunningServer };

beforeAll(async () => {
  first = await startTestGateway(settings);
  const gateway = await gatewayOn(first, settings);
  const server = await listen(gateway.listener, '127.0.0.1', 0);
  parts = { gateway, server };
  second = { ...first, gateway, port: server.port };
});
afterAll(async () => {
  closeIdleSockets();
  await parts.server.drain(1_000);
  await parts.gateway.close();
  await first.close();
});

test('wrong passwords count together: what one gateway has seen, the other one knows', async () => {
  const person = await thePerson(first, 'guessed', 'member');
  const wrong = passwordBody({ ...person, password: 'wrong' });
  for (const gateway of [first, second, first]) expect((await logIn(gateway, wrong)).status).toBe(401);
  for (const gateway of [first, second])
    expect((await logIn(gateway, passwordBody(person))).status).toBe(401);
});

test('rates are of each gateway: what one refuses, the other one still takes', async () => {
  const person = await thePerson(first, 'busy', 'member');
  const token = await tokenOf(first, person);
  const get = (port: number): Promise<number> =>
    send(port, 'GET', '/v2/images', { token }).then(({ status }) => status);
  const burst = await Promise.all(Array.from({ length: 60 }, () => get(first.port)));
  expect(burst).toContain(503);
  expect(await get(second.port)).toBe(200);
});

test('jobs and statistics are in the database: the other gateway answers for them', async () => {
  const person = await thePerson(first, 'worker', 'member');
  const token = await tokenOf(first, person);
  const body = { ...file, tags: ['k.v'] };
  const made = await send(first.port, 'POST', '/v2/cloudimages/action', { token, body });
  const { job_id: job } = made.json<{ job_id: string }>();
  const shown = await send(second.port, 'GET', `/v1/${person.project}/jobs/${job}`, { token });
  expect(shown.json()).toMatchObject({ status: 'SUCCESS' });
  await openstack({ port: second.port, token, project: person.project }).create({ name: 'x', tags: ['a'] });
  const counted = await send(first.port, 'GET', '/console/api/statistics', { token });
  expect(counted.json()).toMatchObject({ images: 2, tags: 2 });
});

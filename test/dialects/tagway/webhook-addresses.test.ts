import { startTestGateway, testGateway } from '../../support/gateway';
import { testAuthenticator } from '../../support/test-authenticator';
import { until } from '../../support/until';
import { anImage, ask } from './native-calls';
import { createHook, receiversOfTest, webhookPath } from './webhook-calls';

const receiver = receiversOfTest();
// On a given database, this gateway would deliver the webhook of the other one.
describe('without allowed networks', () => {
  const plain = testGateway({ replace: { authenticator: testAuthenticator } });

  test.each(['http://example.com/', 'https://127.0.0.1/', 'https://[fd00::1]/', 'https://localhost/'])(
    '%s is refused at creation',
    async (url) => {
      const reply = await ask(plain(), 'POST', webhookPath(), { body: { url } });
      expect([reply.status, reply.body.errors.map(({ pointer }) => pointer)]).toEqual([400, ['/url']]);
    },
  );

  test('a list of webhooks shows no secret', async () => {
    const { id } = await createHook(plain(), 'https://example.com/', { enabled: false });
    const { body } = await ask(plain(), 'GET', webhookPath());
    expect(
      body.items.map((item) => [Object.hasOwn(item, 'secret'), Object.values(item).includes(id)]),
    ).toEqual([[false, true]]);
  });
});

test('a name is resolved at each delivery: an address that is forbidden by then gets nothing', async () => {
  const addresses = ['127.0.0.1', '10.0.0.1', '127.0.0.1'];
  const asked: string[] = [];
  const given = await startTestGateway({
    replace: {
      authenticator: testAuthenticator,
      resolve: (name) => {
        asked.push(name);
        return Promise.resolve([{ address: addresses[asked.length - 1] ?? '10.0.0.1', family: 4 }]);
      },
    },
    env: { TAGWAY_WEBHOOK_NETWORKS: '127.0.0.1/32' },
  });
  try {
    const to = await receiver();
    const hook = await createHook(given, to.url.replace('127.0.0.1', 'turning.example'));
    const attempts = async () =>
      (await ask(given, 'GET', `${webhookPath(hook.id)}/deliveries`)).body.items as unknown as {
        fault: string | null;
      }[];
    await anImage(given, ['a']);
    await until(() => to.seen.length === 1);
    await anImage(given, ['b']);
    await until(async () => (await attempts()).length === 2);
    expect((await attempts()).map(({ fault }) => fault)).toEqual(['address-not-allowed', null]);
    await ask(given, 'PATCH', webhookPath(hook.id), { body: { enabled: true } });
    await until(() => to.seen.length === 2);
    expect([to.seen[1]?.event.data.tags, new Set(asked)]).toEqual([['b'], new Set(['turning.example'])]);
  } finally {
    await given.close();
  }
});

import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { AddressRules, type Resolve } from '../../src/webhooks/addresses';
import { retryDelaySeconds } from '../../src/webhooks/schedule';
import { WebhookSender } from '../../src/webhooks/sender';
import { webhookSignatureHeaders } from '../../src/webhooks/signature';

type Handler = (req: IncomingMessage, res: ServerResponse, body: string) => void;

const servers: Server[] = [];

async function receiver(handler: Handler): Promise<{ port: number; seen: string[] }> {
  const seen: string[] = [];
  const server = createServer((req, res) => {
    let body = '';
    req.on('data', (piece: Buffer) => (body += piece.toString()));
    req.on('end', () => {
      seen.push(body);
      handler(req, res, body);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, seen };
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const newSecret = () => randomBytes(32);
const local = new AddressRules(['127.0.0.0/8']);
const bodyText = JSON.stringify({ type: 'tagway.image.tags.changed', data: { tags: ['ä'] } });

function message(url: string): Parameters<WebhookSender['send']>[0] {
  return { url, headers: {}, body: bodyText };
}

test('a delivery is verified by the specification’s own library, with either of two secrets', async () => {
  const [old, current, strange] = [newSecret(), newSecret(), newSecret()];
  const verdicts: string[] = [];
  const { port } = await receiver((req, res, body) => {
    for (const secret of [old, current, strange]) {
      try {
        new Webhook(`whsec_${secret.toString('base64')}`).verify(body, req.headers as Record<string, string>);
        verdicts.push('good');
      } catch {
        verdicts.push('bad');
      }
    }
    res.writeHead(204).end();
  });
  const headers = webhookSignatureHeaders('feed-17', Math.floor(Date.now() / 1000), bodyText, [current, old]);
  const url = `http://127.0.0.1:${String(port)}/hook?x=1`;
  const answer = await new WebhookSender(local).send({ url, headers, body: bodyText });
  expect(answer).toEqual({ kind: 'answered', status: 204, retryAfter: null });
  expect(verdicts).toEqual(['good', 'good', 'bad']);
});

test.each([
  '127.0.0.1',
  '10.1.2.3',
  '100.100.100.200',
  '169.254.169.254',
  '172.20.0.1',
  '192.168.1.1',
  '168.63.129.16',
  '0.0.0.0',
  '224.0.0.1',
  '255.255.255.255',
  '::1',
  '::',
  '::ffff:10.0.0.1',
  '::ffff:a9fe:a9fe',
  '::7f00:1',
  '64:ff9b::a9fe:a9fe',
  '2002:a9fe:a9fe::',
  'fd00:ec2::254',
  'fe80::1',
  'ff02::1',
  'no address',
])('%s is not reached', (address) => {
  expect(new AddressRules([]).isAllowed(address, true)).toBe(false);
});

test.each(['1.1.1.1', '93.184.216.34', '2606:4700::1111'])('%s is reached, if encrypted', (address) => {
  expect(new AddressRules([]).isAllowed(address, true)).toBe(true);
  expect(new AddressRules([]).isAllowed(address, false)).toBe(false);
});

test('a network of the setting is reached, also without encryption, and nothing beside it', () => {
  const rules = new AddressRules(['10.1.0.0/16', 'fd12::/32']);
  expect(rules.isAllowed('10.1.2.3', false)).toBe(true);
  expect(rules.isAllowed('10.2.2.3', true)).toBe(false);
  expect(rules.isAllowed('fd12::1', true)).toBe(true);
});

test.each(['127.0.0.1', '0x7f.1', '2130706433', '[::1]', '[::ffff:127.0.0.1]'])(
  'http://%s is refused before a connection is made, however it is written',
  async (host) => {
    const { port, seen } = await receiver((_req, res) => res.end());
    const answer = await new WebhookSender(new AddressRules([])).send(
      message(`http://${host}:${String(port)}/`),
    );
    expect(answer).toEqual({ kind: 'failed', fault: 'address-not-allowed' });
    expect(seen).toEqual([]);
  },
);

test('a name that gives another address the second time is asked once, and that answer is used', async () => {
  const { port, seen } = await receiver((_req, res) => res.writeHead(200).end());
  const other = await receiver((_req, res) => res.end());
  let asked = 0;
  const turning: Resolve = () =>
    Promise.resolve([{ address: asked++ === 0 ? '127.0.0.2' : '127.0.0.1', family: 4 }]);
  const rules = new AddressRules(['127.0.0.1/32'], turning);
  const url = `http://turning.example:${String(port)}/`;
  expect(await new WebhookSender(rules).send(message(url))).toMatchObject({ fault: 'address-not-allowed' });
  expect([asked, seen.length, other.seen.length]).toEqual([1, 0, 0]);
  expect(await new WebhookSender(rules).send(message(url))).toMatchObject({ status: 200 });
  expect([asked, seen.length]).toEqual([2, 1]);
});

test('of several addresses of a name only those that are allowed are used', async () => {
  const { port, seen } = await receiver((_req, res) => res.end());
  const mixed: Resolve = () =>
    Promise.resolve([
      { address: '10.0.0.1', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ]);
  const rules = new AddressRules(['127.0.0.1/32'], mixed);
  const answer = await new WebhookSender(rules).send(message(`http://mixed.example:${String(port)}/`));
  expect([answer, seen.length]).toEqual([{ kind: 'answered', status: 200, retryAfter: null }, 1]);
});

test('a redirect is an answer like any other, and not followed', async () => {
  const inner = await receiver((_req, res) => res.end());
  const { port } = await receiver((_req, res) =>
    res.writeHead(307, { location: `http://127.0.0.1:${String(inner.port)}/` }).end(),
  );
  const answer = await new WebhookSender(local).send(message(`http://127.0.0.1:${String(port)}/`));
  expect(answer).toMatchObject({ status: 307 });
  expect(inner.seen).toEqual([]);
});

test('an answer without an end, one that never comes, and no server at all are told apart', async () => {
  const endless = await receiver((_req, res) => {
    res.writeHead(200);
    const timer = setInterval(() => res.write('x'.repeat(600)), 5);
    res.on('close', () => {
      clearInterval(timer);
    });
  });
  const silent = await receiver(() => undefined);
  const sender = new WebhookSender(local, 300);
  const to = (port: number) => sender.send(message(`http://127.0.0.1:${String(port)}/`));
  expect(await to(endless.port)).toMatchObject({ status: 200 });
  expect(await to(silent.port)).toEqual({ kind: 'failed', fault: 'no-answer-in-time' });
  expect(await to(1)).toEqual({ kind: 'failed', fault: 'no-connection' });
});

test('tries follow the schedule with some spread, and Retry-After is heeded', () => {
  const middle = () => 0.5;
  const pauses = Array.from({ length: 11 }, (_, failed) => retryDelaySeconds(failed, null, middle));
  expect(pauses).toEqual([0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400, null]);
  expect(retryDelaySeconds(1, null, () => 0)).toBe(4.5);
  expect(retryDelaySeconds(1, 60, middle)).toBe(60);
  expect(retryDelaySeconds(2, 60, middle)).toBe(300);
  expect(retryDelaySeconds(1, 10 ** 9, middle)).toBe(86_400);
});

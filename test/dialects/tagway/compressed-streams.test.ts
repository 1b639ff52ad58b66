import { type IncomingMessage, request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { streamTimingsMs } from '../../../src/dialects/tagway/feed-stream';
import { testGateway } from '../../support/gateway';
import { testAuthenticator } from '../../support/test-authenticator';
import { until } from '../../support/until';
import { anImage, ask, projectPath, tagsPath } from './native-calls';

const given = testGateway({ replace: { authenticator: testAuthenticator } });

beforeAll(() => Object.assign(streamTimingsMs, { comment: 100 }));

interface Stream {
  readonly res: IncomingMessage;
  readonly bytes: () => Buffer;
}

function open(encoding?: string): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const headers = {
      'x-auth-token': 'alice',
      accept: 'text/event-stream',
      ...(encoding !== undefined && { 'accept-encoding': encoding }),
    };
    const place = { host: '127.0.0.1', port: given().port, path: `${projectPath()}/changes` };
    const asked = request({ ...place, headers, agent: false }, (res) => {
      const pieces: Buffer[] = [];
      res.on('data', (piece: Buffer) => pieces.push(piece));
      resolve({ res, bytes: () => Buffer.concat(pieces) });
    });
    asked.on('error', reject).end();
  });
}

/** Without comments and bookmarks, which come when they come. */
const eventsIn = (text: string) =>
  text.split('\n\n').filter((block) => block.startsWith('id: ') && block.includes('specversion'));

test('a stream is compressed for who accepts it: the same events, in fewer bytes, to its orderly end', async () => {
  const [plain, first] = [await open(), await open('gzip, deflate')];
  expect([plain.res.headers['content-encoding'], first.res.headers['content-encoding']]).toEqual([
    undefined,
    'gzip',
  ]);
  expect(first.res.headers.vary).toContain('Accept-Encoding');
  const id = await anImage(given(), ['a']);
  const change = (n: number) => ask(given(), 'PATCH', tagsPath(id), { body: { set: { n: String(n) } } });
  for (let n = 0; n < 20; n++) await change(n);
  const second = await open('gzip');
  for (let n = 20; n < 40; n++) await change(n);
  const whole = () => eventsIn(plain.bytes().toString());
  await until(() => whole().length === 41 && plain.bytes().includes('bookmark'));
  const ends = [plain, first, second].map(({ res }) => new Promise((resolve) => res.once('end', resolve)));
  given().gateway.leave();
  await Promise.all(ends);
  const [all, some] = [first, second].map(({ bytes }) => gunzipSync(bytes()).toString());
  expect(eventsIn(all ?? '')).toEqual(whole());
  expect(eventsIn(some ?? '')).toEqual(whole().slice(21));
  expect(all).toMatch(/^retry: 2000\n\n/);
  expect(all).toContain('event: bookmark\nid: ');
  expect(first.bytes().length).toBeLessThan(plain.bytes().length / 2);
});

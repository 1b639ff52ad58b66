import { addSeconds, SystemClock } from '../../../src/core/clock';
import { HistoryRetention } from '../../../src/core/history-retention';
import { streamTimingsMs } from '../../../src/dialects/tagway/feed-stream';
import { PostgresHistoryStore } from '../../../src/storage/history/history-store';
import { EventReader } from '../../support/event-reader';
import { testGateway } from '../../support/gateway';
import { alpha, beta, testAuthenticator } from '../../support/test-authenticator';
import { anImage, ask, type ChangeEvent, projectPath, tagsPath } from './native-calls';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const path = `${projectPath()}/changes`;
const changes = (query = '', as = 'alice') => ask(given(), 'GET', `${path}?${query}`, { as });
const patch = (id: string, body: unknown) => ask(given(), 'PATCH', tagsPath(id), { body });

/** One round of the retention, in so many days. */
async function retainFrom(days: number): Promise<void> {
  const clock = { now: () => addSeconds(new SystemClock().now(), days * 86_400) };
  const failed = (error: unknown): never => {
    throw error;
  };
  await new HistoryRetention(new PostgresHistoryStore(given().database), clock, 90, failed).run();
}

test('a token expires with an event behind it, not with age: that of a quiet project stays good', async () => {
  const id = await anImage(given(), ['a']);
  const early = (await changes()).body.next ?? '';
  await patch(id, { add: ['b'] });
  const end = (await changes(`after=${early}`)).body.next ?? '';
  await retainFrom(100);
  expect((await ask(given(), 'GET', `${tagsPath(id)}/history`)).body.items).toEqual([]);
  expect((await changes(`after=${early}`)).status).toBe(410);
  expect((await changes(`after=${end}`)).body).toEqual({ items: [], next: end });
  await patch(id, { add: ['c'] });
  expect((await changes(`after=${end}`)).body.items.map(({ data }) => data.added)).toEqual([['c']]);
});

test('a stream whose next events are removed ends, and comes again to 410', async () => {
  const id = await anImage(given(), ['a']);
  const stream = await EventReader.open(given(), path, {
    'last-event-id': (await changes()).body.next ?? '',
  });
  await patch(id, { add: ['b'] });
  const { id: token } = await stream.next();
  stream.close();
  await patch(id, { add: ['c'] });
  await changes(`after=${token}`);
  await retainFrom(100);
  const again = EventReader.open(given(), path, { 'last-event-id': token });
  await expect(again).rejects.toThrow('410');
});

test('a bookmark leads a narrow selector past what it does not want', async () => {
  Object.assign(streamTimingsMs, { comment: 50 });
  const id = await anImage(given());
  const stream = await EventReader.open(given(), `${path}?selector=wanted`);
  const { body } = await changes();
  await patch(id, { add: ['other'] });
  let bookmark = await stream.next();
  while (bookmark.id === body.next) bookmark = await stream.next();
  expect(bookmark.event).toBe('bookmark');
  expect((await changes(`after=${bookmark.id}`)).body.items).toEqual([]);
  await patch(id, { add: ['wanted'] });
  let event = await stream.next();
  while (event.event === 'bookmark') event = await stream.next();
  expect((JSON.parse(event.data) as ChangeEvent).data.added).toEqual(['wanted']);
  stream.close();
  Object.assign(streamTimingsMs, { comment: 15_000 });
});

test('the feed is for readers of its project, and for admins', async () => {
  expect((await changes('', 'reader-user')).status).toBe(200);
  expect((await changes('', 'admin')).status).toBe(200);
  expect((await changes('', 'bob')).body.type).toBe('/problems/not-your-project');
  expect((await changes('', 'nobody')).body.type).toBe('/problems/not-allowed');
  const list = (as: string) => ask(given(), 'GET', `${projectPath()}/images`, { as });
  expect([(await list('reader-user')).status, (await list('bob')).status]).toEqual([200, 403]);
});

test('an event names its source, and its id is as dense as the feed', async () => {
  const id = await anImage(given(), ['a']);
  const { next } = (await changes()).body;
  for (const tag of ['b', 'c', 'd']) await patch(id, { add: [tag] });
  const items = (await changes(`after=${String(next)}`)).body.items as unknown as {
    id: string;
    source: string;
  }[];
  const places = items.map((item) => Number(item.id.slice(item.id.lastIndexOf('-') + 1)));
  expect(places.map((place) => place - (places[0] ?? 0))).toEqual([0, 1, 2]);
  expect(new Set(items.map(({ source }) => source))).toEqual(new Set([`/projects/${alpha}`]));
  expect((await ask(given(), 'GET', `${projectPath(beta)}/changes?limit=501`, { as: 'bob' })).status).toBe(
    200,
  );
});

test('a page of long events ends early, and the next one goes on', async () => {
  const id = await anImage(given());
  const { next } = (await changes()).body;
  const most = Array.from({ length: 128 }, (_, n) => `${'\u{1f516}'.repeat(252)}${String(n)}`);
  for (let turn = 0; turn < 24; turn++) {
    await ask(given(), 'PUT', tagsPath(id), { body: { tags: turn % 2 === 0 ? most : [] } });
  }
  const pages: number[][] = [];
  for (let after = String(next); pages.flat().length < 24;) {
    const { body } = await changes(`after=${after}`);
    pages.push(body.items.map(({ data }) => data.revision));
    after = body.next ?? '';
  }
  expect(pages.length).toBeGreaterThan(1);
  expect(pages.flat()).toEqual(Array.from({ length: 24 }, (_, n) => n + 1));
});

import type { JournalEntry, JournalPage, OriginalRequest, RecordedExchange } from '../../src/admin/journal';
import { Journal } from '../../src/admin/journal';
import { openstack, type Speaker } from '../support/dialects';
import { seeded } from '../support/seed';
import { until } from '../support/until';
import { type Answer, send } from '../support/wire';
import { adminSite } from './some-admin';

const site = adminSite();

const alice = (): Speaker => ({ port: site().port, token: site().alice, project: seeded.alpha });
const replay = (id: number): Promise<Answer> => site().ask('POST', `/admin/journal/${String(id)}/replay`);

beforeEach(() => site().ask('DELETE', '/admin/journal'));
afterEach(() => site().ask('DELETE', '/admin/faults'));

/** The entry is written when the answer has left, which its reader may see first. */
async function last(query = ''): Promise<JournalEntry> {
  return until(
    async () => (await site().ask('GET', `/admin/journal?limit=1${query}`)).json<JournalPage>().entries[0],
  );
}

test('an entry names the fault that hit it', async () => {
  const body = { name: 'Glance is away', method: 'PUT', status: 503 };
  const { id } = (await site().ask('POST', '/admin/faults', { body })).json<{ id: string }>();
  await openstack(alice()).put(seeded.image, 'red');
  expect(await last()).toMatchObject({ status: 503, fault: { id, name: 'Glance is away' }, replayOf: null });
});

test('a cut connection is in the journal, with its fault', async () => {
  await site().ask('POST', '/admin/faults', { body: { project: seeded.alpha, cut: 'before-answer' } });
  await expect(openstack(alice()).put(seeded.image, 'red')).rejects.toThrow();
  expect(await last()).toMatchObject({ method: 'PUT', status: 499, fault: { name: null } });
});

test('it is read by project and by user', async () => {
  await openstack(alice()).put(seeded.image, 'red');
  const entry = await last();
  expect((await last(`&project=${seeded.alpha}&user=${String(entry.user)}`)).id).toBe(entry.id);
  const none = await site().ask('GET', `/admin/journal?project=${seeded.beta}`);
  expect(none.json<JournalPage>().entries).toEqual([]);
});

test('a request is sent again as it was, with its body and its credentials', async () => {
  const made = await openstack(alice()).create({ name: 'twice', tags: ['a b'] });
  const first = await last();
  const answer = await replay(first.id);
  const entry = answer.json<JournalEntry>();
  expect(entry).toMatchObject({ method: 'POST', status: 201, replayOf: first.id, user: first.user });
  expect(entry.request).toMatchObject({ body: first.request.body, headers: { 'x-auth-token': '***' } });
  expect(JSON.parse(entry.response.body ?? '')).toMatchObject({ name: 'twice', tags: ['a b'] });
  const { text } = await send(site().port, 'GET', '/v2/images?name=twice', { token: site().alice });
  expect(text.match(/"name": ?"twice"/g)).toHaveLength(2);
  expect(text).toContain(made);
  expect((await last()).id).toBeGreaterThan(first.id);
});

test('a signed request is sent again with its signature', async () => {
  const pair = { access: seeded.access, secret: seeded.secret };
  const target = `/v2/${seeded.alpha}/images/${seeded.image}/tags`;
  await send(site().port, 'POST', target, { pair, body: { tag: { key: 'signed', value: 'x' } } });
  expect((await replay((await last()).id)).json<JournalEntry>()).toMatchObject({ status: 204 });
});

test('faults hit a repeated request as any other', async () => {
  await openstack(alice()).put(seeded.image, 'red');
  const { id } = await last();
  await site().ask('POST', '/admin/faults', { body: { name: 'cut', method: 'PUT', cut: 'before-work' } });
  expect((await replay(id)).json<JournalEntry>()).toMatchObject({ status: 499, fault: { name: 'cut' } });
});

test('data are not sent again, nor what is not there', async () => {
  const id = await openstack(alice()).create({ disk_format: 'raw', container_format: 'bare' });
  await fetch(`${site().url}/v2/images/${id}/file`, {
    method: 'PUT',
    headers: { 'X-Auth-Token': site().alice, 'Content-Type': 'application/octet-stream' },
    body: 'bytes',
  });
  expect((await replay((await last('&surface=openstack-images')).id)).status).toBe(409);
  expect([
    (await replay(999_999)).status,
    (await site().ask('POST', '/admin/journal/x/replay')).status,
  ]).toEqual([404, 404]);
  const { token, ...others } = { token: site().alice };
  expect((await send(site().port, 'POST', '/admin/journal/1/replay', { token, ...others })).status).toBe(403);
});

test('bodies for replays are bounded together, the newest are kept', () => {
  const journal = new Journal(10, 100);
  const original = (length: number): OriginalRequest => ({
    ...{ method: 'POST', target: '/', headers: [] },
    body: Buffer.alloc(length),
  });
  const ids = [60, 60, 30].map((length) => journal.add({} as RecordedExchange, original(length)).id);
  expect(ids.map((id) => journal.find(id)?.original?.body.length)).toEqual([undefined, 60, 30]);
});

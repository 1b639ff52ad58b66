import { testGateway } from '../support/gateway';
import { send } from '../support/wire';

const given = testGateway();

const browsers = [
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'text/html',
  'text/html, application/json;q=0.5',
];
const clients = [
  undefined,
  '*/*',
  'application/json',
  'application/json, text/plain, */*',
  'application/json, text/html;q=0.9',
  'text/html;q=0, */*',
  // What Java's HttpURLConnection sends unasked.
  'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2',
];

const get = (method: string, accept?: string) =>
  send(given().port, method, '/', accept === undefined ? {} : { headers: { Accept: accept } });

test.each(browsers)('a browser that accepts %s gets the landing page at /', async (accept) => {
  const { status, headers, text } = await get('GET', accept);
  expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(headers.vary).toContain('Accept');
  expect(headers['content-security-policy']).toContain("script-src 'self'");
  expect(text).toContain('href="/console/"');
  expect(text).not.toMatch(/<style|\sstyle=|<script(?! type="module" crossorigin src="\/console\/)/);
});

test('all others get the list of versions, byte for byte', async () => {
  const usual = await get('GET', '*/*');
  expect(usual.status).toBe(300);
  expect(usual.headers).not.toHaveProperty('vary');
  for (const accept of clients) {
    const answer = await get('GET', accept);
    expect([accept, answer.status, answer.text]).toEqual([accept, 300, usual.text]);
    expect({ ...answer.headers, date: '' }).toEqual({ ...usual.headers, date: '' });
  }
});

test('only reading is a browser\u2019s: other methods are those of the image API', async () => {
  for (const method of ['POST', 'PUT', 'DELETE']) {
    const [html, json] = [await get(method, 'text/html'), await get(method, 'application/json')];
    expect([html.status, html.text]).toEqual([json.status, json.text]);
  }
});

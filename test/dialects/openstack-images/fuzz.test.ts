import fc from 'fast-check';
import { openstack, type Speaker } from '../../support/dialects';
import { testGateway } from '../../support/gateway';
import { exchange, type RawAnswer } from '../../support/golden-runner/raw-exchange';
import { alpha, testAuthenticator } from '../../support/test-authenticator';
import { closeIdleSockets } from '../../support/wire';
import { type Shot, shot, usual, writes } from './fuzz-shots';

/** `FUZZ_RUNS=20000 npx jest test/dialects/openstack-images/fuzz` */
const requests = Number(process.env['FUZZ_RUNS'] ?? 1000);
const batch = 20;

const quota = 5;
const given = testGateway({
  replace: { authenticator: testAuthenticator },
  env: { TAGWAY_IMAGE_TAG_QUOTA: String(quota) },
});
const alice = (): Speaker => ({ port: given().port, token: 'alice', project: alpha });

const counts = new Map<number, number>();
afterAll(() => {
  closeIdleSockets();
  if (process.env['FUZZ_RUNS'] !== undefined) console.log('answers by status:', Object.fromEntries(counts));
});

/** The tokens of a request as one, since `more` may hold a second: two together are nobody's. */
function tokenIn(text: string): string {
  const [head = ''] = text.split('\r\n\r\n');
  return [...head.matchAll(/^X-Auth-Token: (.*?)\r?$/gm)].map(([, token]) => token).join(', ');
}

/** The tag that a target names, decoded here anew so that the gateway is not its own judge. */
function tagIn(target: string): string {
  // An escaped slash in front of the tag separates, as a plain one does; after a plain one it is of the tag (D5).
  // Spaces at its end are not of the target at all: Node's parser takes several in front of the version.
  const [, part = ''] = /ags(?:(?:%2f)*\/+|(?:%2f)+)([^]*)/i.exec(target.replace(/ +$/, '')) ?? [];
  const bytes = Buffer.from(part).toString('latin1');
  const decoded = bytes.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(decoded, 'latin1'));
}

function headerOf(answer: RawAnswer, name: string): string | undefined {
  return answer.headers.find(([found]) => found.toLowerCase() === name)?.[1];
}

/** A page of the dialect in one of its three forms, or a refusal of the parser's: nothing, and the end. */
function expectErrorForm(answer: RawAnswer, method: string): void {
  const text = answer.body.toString('utf8');
  const type = headerOf(answer, 'content-type');
  if (type === undefined) {
    expect([400, 431]).toContain(answer.status);
    expect([text, headerOf(answer, 'connection')?.toLowerCase()]).toEqual(['', 'close']);
    return;
  }
  if (answer.status === 401) expect(headerOf(answer, 'www-authenticate')).toMatch(/^Keystone uri=/);
  else expect(headerOf(answer, 'x-openstack-request-id')).toMatch(/^req-/);
  if (method === 'HEAD') return;
  const code = String(answer.status);
  if (type === 'application/json') {
    expect(JSON.parse(text)).toEqual({
      message: expect.any(String),
      code: expect.stringMatching(`^${code} `),
      title: expect.any(String),
    });
  } else if (type === 'text/html; charset=UTF-8') {
    expect(text).toMatch(new RegExp(`^<html>\\n <head>\\n  <title>${code} [^]*</html>$`));
    expect(text).not.toContain('<script>');
  } else {
    expect(type).toBe('text/plain; charset=UTF-8');
    expect(text).toMatch(new RegExp(`^${code} [^\\n]+\\n\\n`));
  }
}

/** Holds an answer to the rules, and does to `tags` what the answer says was done to the image. */
function judge(answer: RawAnswer, { method, target, text }: Shot, tags: Set<string>): void {
  const { status } = answer;
  counts.set(status, (counts.get(status) ?? 0) + 1);
  // 501 is how Glance answers a method that nobody knows where there is no route.
  if (status !== 501 || usual.includes(method)) expect(status).toBeLessThan(500);
  if (status >= 400) expectErrorForm(answer, method);
  if (status !== 204) return;
  // The two of the owning project.
  expect(['alice', 'carol']).toContain(tokenIn(text));
  expect(writes).toContain(method);
  const tag = tagIn(target);
  if (method === 'DELETE') expect(tags.delete(tag)).toBe(true);
  else tags.add(tag);
  expect(tags.size).toBeLessThanOrEqual(quota);
}

test(
  'no tag request fails or hangs, each error has one of the three forms, and what is refused changes nothing',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('shared', 'community'),
        fc.array(shot, { minLength: 1, maxLength: batch, size: 'max' }),
        async (visibility, shots) => {
          const tags = new Set(['a', 'red', 'k=v']);
          const image = await openstack(alice()).create({ visibility, tags: [...tags] });
          for (const one of shots) {
            const bytes = Buffer.from(one.text.replaceAll('$image', image), 'latin1');
            // Refuses to wait longer than five seconds.
            judge(await exchange(given().port, bytes, one.method), one, tags);
          }
          expect(new Set(await openstack(alice()).tags(image))).toEqual(tags);
        },
      ),
      { numRuns: Math.ceil(requests / (batch / 2)) },
    );
  },
  60_000 + requests * 20,
);

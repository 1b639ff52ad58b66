import { testGateway } from '../support/gateway';
import { testAuthenticator } from '../support/test-authenticator';
import { readContract } from '../support/contracts/read-contract';
import { parse } from 'yaml';

const given = testGateway({ replace: { authenticator: testAuthenticator } });

const get = (path: string, init: RequestInit = {}) =>
  fetch(`${given().url}${path}`, { redirect: 'manual', ...init });

const linked = /(?:href|src|data-contract)="([^"]*)"/g;

/** Every path that `/docs` leads to, with what is there. */
async function allPages(): Promise<ReadonlyMap<string, Response & { readonly html: string }>> {
  const seen = new Map<string, Response & { readonly html: string }>();
  const waiting = ['/docs'];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    const answer = await get(path);
    const isPage = answer.headers.get('content-type')?.startsWith('text/html') === true;
    const html = isPage ? await answer.text() : '';
    seen.set(path, Object.assign(answer, { html }));
    for (const [, link = ''] of html.matchAll(linked)) {
      if (link.startsWith('/')) waiting.push(link.split('#', 1)[0] ?? '');
    }
  }
  return seen;
}

test('everything that the documentation links to is there, in the gateway itself', async () => {
  const pages = await allPages();
  const gone = [...pages].filter(([, { status }]) => status !== 200).map(([path]) => path);
  expect(gone).toEqual([]);
  const paths = [...pages.keys()];
  expect(paths).toEqual(expect.arrayContaining(['/docs/readme', '/docs/architecture', '/docs/divergences']));
  expect(paths).toEqual(
    expect.arrayContaining(['/docs/api/identity-v3', '/docs/contracts/openstack-images.yaml']),
  );
  expect(paths).toContain('/docs/decisions/0002-tag-revision');
});

test('links to headings lead to headings', async () => {
  const pages = await allPages();
  const dangling = [...pages].flatMap(([path, { html }]) =>
    [...html.matchAll(linked)]
      .map(([, link = '']) => (link.startsWith('#') ? path + link : link))
      .filter((link) => link.startsWith('/docs') && link.includes('#'))
      .filter((link) => {
        const [to = '', id = ''] = link.split('#', 2);
        return pages.get(to)?.html.includes(`id="${decodeURIComponent(id)}"`) !== true;
      }),
  );
  expect(dangling).toEqual([]);
});

test('pages run nothing that is not a file of the gateway, and nobody keeps or frames them', async () => {
  for (const [path, { headers, html }] of await allPages()) {
    const policy = String(headers.get('content-security-policy'));
    expect(policy).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(policy).not.toMatch(/unsafe|https?:/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect([path, headers.get('cache-control')]).toEqual([path, 'no-store']);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(html).not.toMatch(/<script(?! src="\/docs\/)|<style|\sstyle=|\son\w+=|src="(?!\/docs\/)/);
  }
});

test.each(['openstack-images', 'huawei-images', 'huawei-cloudimages', 'identity-v3', 'tagway'] as const)(
  'the contract of %s is served as it is held against',
  async (name) => {
    const answer = await get(`/docs/contracts/${name}.yaml`);
    expect(answer.headers.get('content-type')).toBe('application/yaml; charset=utf-8');
    expect(parse(await answer.text(), { maxAliasCount: -1 })).toEqual(readContract(name));
    const viewer = await (await get(`/docs/api/${name}`)).text();
    expect(viewer).toContain(`data-contract="/docs/contracts/${name}.yaml"`);
  },
);

test('tables, code and headings of a page are rendered, and HTML in it is text', async () => {
  const html = await (await get('/docs/divergences')).text();
  expect(html).toContain('<h2 id="d1">D1</h2>');
  expect(html).toContain('<code>%2F</code>');
  expect(html).toContain('<title>Where Tagway leaves Glance · Tagway</title>');
});

test.each(['/docs/none', '/docs/../package.json', '/docs/%2e%2e/package.json', '/docs/viewer/package.json'])(
  '%s is no page',
  async (path) => {
    const answer = await get(path);
    expect(answer.status).not.toBe(200);
    expect(await answer.text()).not.toContain('"dependencies"');
  },
);

test('pages are only read', async () => {
  const answer = await get('/docs', { method: 'POST' });
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  expect((await get('/docs/', { method: 'HEAD' })).status).toBe(200);
});

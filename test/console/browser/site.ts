import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { keepSecret } from '../../support/secrets';
import { testBrowser } from './browser';

export const password = 'correct horse';
keepSecret(password);

export interface Site extends TestGateway {
  readonly projectId: string;
  /** A tab of its own, which ends with the test. Errors in it fail the test. */
  open(more?: Parameters<ReturnType<typeof testBrowser>>[0]): Promise<Page>;
  /** Tokens are for what a page did not do itself. */
  readonly alice: string;
}

interface SiteOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Images beside the one with a hundred tags. */
  readonly images?: number;
}

/** A gateway with a project that was lived in, a second one that is empty, and a browser. */
export function consoleSite({ env = { TAGWAY_ADMIN: 'on' }, images = 63 }: SiteOptions = {}): () => Site {
  let site: Site | undefined;
  const open = testBrowser();
  beforeAll(async () => {
    const gateway = await startTestGateway({ env });
    const projectId = await people(gateway);
    const alice = await tokenOf(gateway.url, 'alice');
    await fill(gateway, alice, images);
    site = { ...gateway, projectId, alice, open: (more) => open({ baseURL: gateway.url, ...more }) };
  }, 120_000);
  afterAll(() => site?.close());
  return () => {
    if (!site) throw new Error('consoleSite() is there only inside tests');
    return site;
  };
}

async function people({ gateway }: TestGateway): Promise<string> {
  const { directory } = gateway.identity;
  const project = await directory.createProject({ name: 'alpha' });
  const empty = await directory.createProject({ name: 'beta' });
  for (const [name, role] of [
    ['alice', 'member'],
    ['admin', 'admin'],
  ] as const) {
    const user = await directory.createUser({ name, password });
    await directory.setRoles(project.id, user.id, [role]);
    await directory.setRoles(empty.id, user.id, [role]);
  }
  return project.id;
}

async function tokenOf(url: string, name: string): Promise<string> {
  const identity = {
    methods: ['password'],
    password: { user: { name, domain: { id: 'default' }, password } },
  };
  const body = JSON.stringify({
    auth: { identity, scope: { project: { name: 'alpha', domain: { id: 'default' } } } },
  });
  const answer = await fetch(`${url}/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body,
  });
  const token = answer.headers.get('x-subject-token') ?? '';
  keepSecret(token);
  return token;
}

/** The names and tags of the images, oldest first: every eighth is untagged, every second is for production. */
export function imagesOf(count: number): { readonly name: string; readonly tags: readonly string[] }[] {
  const width = String(count).length;
  const usual = Array.from({ length: count }, (_, n) => ({
    name: `${['debian-12', 'ubuntu-24.04', 'windows-2022', 'rocky-9'][n % 4] ?? ''}-${String(n).padStart(width, '0')}`,
    tags: n % 8 === 7 ? [] : tagsOf(n),
  }));
  const many = Array.from(
    { length: 100 },
    (_, n) => `label-${String(n).padStart(3, '0')}=value ${String(n)}`,
  );
  return [{ name: 'many-tags', tags: many }, ...usual];
}

function tagsOf(n: number): string[] {
  return [
    `env=${n % 2 === 0 ? 'prod' : n % 3 === 0 ? 'staging' : 'test'}`,
    `os=${['linux', 'linux', 'windows', 'linux'][n % 4] ?? ''}`,
    ...(n % 3 === 0 ? ['golden'] : []),
    ...(n % 4 === 0 ? [`team=${['web', 'data', 'core'][n % 3] ?? ''}`] : []),
    ...(n % 16 === 0 ? [`release=2026.${String(n / 16 + 1)}`] : []),
  ];
}

/** Made during the last weeks, the first one first. */
async function fill({ url, database }: TestGateway, token: string, count: number): Promise<void> {
  const images = imagesOf(count);
  const headers = { 'X-Auth-Token': token, 'Content-Type': 'application/json' };
  const create = async (image: object): Promise<void> => {
    const init = { method: 'POST', headers, body: JSON.stringify(image) };
    let made = await fetch(`${url}/v2/images`, init);
    // A busy machine may need a second try.
    for (let again = 0; made.status === 503 && again < 5; again++)
      made = await fetch(`${url}/v2/images`, init);
    if (made.status !== 201) throw new Error(await made.text());
  };
  for (let at = 0; at < images.length; at += 16) {
    await Promise.all(images.slice(at, at + 16).map(create));
  }
  const text = `update images set created_at = now() - (86 - 86.0 * place / $2) * interval '1 day'
    from unnest($1::text[]) with ordinality as ordered (image, place) where name = image`;
  await database.query({ text }, [images.map(({ name }) => name), images.length]);
}

/** @param name whose password is the one of all users here */
export async function signIn(page: Page, name = 'alice', project = 'alpha'): Promise<void> {
  await page.getByLabel('User').fill(name);
  await page.locator('input[type=password]').fill(password);
  await page.getByLabel('Project').fill(project);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Images', level: 1 }).waitFor();
  await page.locator(project === 'beta' ? '.state' : 'table.images').waitFor();
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
}

export function searchField(page: Page): ReturnType<Page['getByRole']> {
  return page.getByRole('combobox', { name: 'Search images' });
}

export async function search(page: Page, expression: string): Promise<void> {
  await searchField(page).fill(expression);
  await searchField(page).press('Enter');
}

/** Goes to a control as the keyboard does. @param name by which assistive technology knows it */
export async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let n = 0; n < 300; n++) {
    await page.keyboard.press('Tab');
    const here = await page.evaluate<string>(
      `(({ labels, ariaLabel, textContent }) => (ariaLabel ?? labels?.[0]?.textContent ?? textContent).trim())(document.activeElement)`,
    );
    if (name.test(here)) return;
  }
  throw new Error(`Tab never leads to ${String(name)}`);
}

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** Violations of any rule and weight, by their place. The page must have been opened with `bypassCSP`. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate<string[]>(`axe.run().then(({ violations }) => violations
    .flatMap(({ id, nodes }) => nodes.map((node) => id + ': ' + node.target.join(' ') + ' ' + node.failureSummary)))`);
}

/** How many pixels of the page stand out to the right of the window. */
export function overhang(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

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

/** A gateway with a project that was lived in, and a browser. */
export function consoleSite(env: Readonly<Record<string, string>> = { TAGWAY_ADMIN: 'on' }): () => Site {
  let site: Site | undefined;
  const open = testBrowser();
  beforeAll(async () => {
    const gateway = await startTestGateway({ env });
    const projectId = await people(gateway);
    const alice = await tokenOf(gateway.url, 'alice');
    await fill(gateway, alice);
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
  for (const [name, role] of [
    ['alice', 'member'],
    ['admin', 'admin'],
  ] as const) {
    const user = await directory.createUser({ name, password });
    await directory.setRoles(project.id, user.id, [role]);
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

export const imageCount = 64;

/** Sixty-four images of some weeks: every eighth is untagged, every second is for production. */
async function fill({ url, database }: TestGateway, token: string): Promise<void> {
  for (let n = 0; n < imageCount; n++) {
    const tags = n % 8 === 7 ? [] : tagsOf(n);
    const name = `${['debian-12', 'ubuntu-24.04', 'windows-2022', 'rocky-9'][n % 4] ?? ''}-${String(n).padStart(2, '0')}`;
    const made = await fetch(`${url}/v2/images`, {
      method: 'POST',
      headers: { 'X-Auth-Token': token, 'Content-Type': 'application/json' },
      body: JSON.stringify({ name, tags }),
    });
    if (made.status !== 201) throw new Error(await made.text());
    const age = Math.floor((imageCount - 1 - (n - (n % (1 + (n % 5))))) * 1.35);
    const text = `update images set created_at = created_at - $1 * interval '1 day' where name = $2`;
    await database.query({ text }, [age, name]);
  }
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

/** @param name whose password is the one of everybody here */
export async function signIn(page: Page, name = 'alice'): Promise<void> {
  await page.getByLabel('User').fill(name);
  await page.getByLabel('Password', { exact: true }).and(page.locator('input[type=password]')).fill(password);
  await page.getByLabel('Project').fill('alpha');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Images', level: 1 }).waitFor();
  await page
    .getByRole('link', { name: /debian|ubuntu|rocky|windows/ })
    .first()
    .waitFor();
}

/** Goes to a control as the keyboard does. @param name by which it is known to who cannot see it */
export async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let n = 0; n < 60; n++) {
    await page.keyboard.press('Tab');
    const here = await page.evaluate<string>(
      `(({ labels, ariaLabel, textContent }) => ariaLabel ?? labels?.[0]?.textContent ?? textContent)(document.activeElement)`,
    );
    if (name.test(here)) return;
  }
  throw new Error(`Tab never leads to ${String(name)}`);
}

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** Violations that shut people out, by their rule and place. The page must have been opened with `bypassCSP`. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate<string[]>(`axe.run().then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => id + ': ' + node.target.join(' ') + ' ' + node.failureSummary)))`);
}

/** How many pixels of the page stand out to the right of the window. */
export function overhang(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

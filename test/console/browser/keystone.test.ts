import type { Page } from 'playwright-core';
import {
  ask,
  byPassword,
  logIn,
  password,
  project,
  type RealKeystone,
  startRealKeystone,
} from '../../clients/real-keystone';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { said, testBrowser } from './browser';
import { signOut } from './site';

jest.setTimeout(180_000);

/* The console where a real Keystone knows the users, and the gateway keeps none. */
const open = testBrowser();
let keystone: RealKeystone;
let gateway: TestGateway;
beforeAll(async () => {
  keystone = await startRealKeystone();
  gateway = await startTestGateway({
    env: {
      TAGWAY_IDENTITY: 'keystone',
      TAGWAY_KEYSTONE_URL: keystone.url,
      TAGWAY_KEYSTONE_USER: 'tagway',
      TAGWAY_KEYSTONE_PASSWORD: password,
      TAGWAY_TOKEN_CACHE_SECONDS: '1',
      TAGWAY_ADMIN: 'on',
    },
  });
});
afterAll(async () => {
  await gateway.close();
  await keystone.stop();
});

const tokenOf = async (name: string, scope: unknown): Promise<string> =>
  (await logIn(keystone.url, byPassword(name), scope)).token;

async function signIn(page: Page, token: string): Promise<void> {
  await page.getByLabel('Project token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function addTag(page: Page, dialect: string, tag: string): Promise<void> {
  await page.getByRole('radio', { name: dialect, exact: true }).check();
  await page.getByLabel('New tag').fill(tag);
  await page.getByRole('button', { name: 'Add' }).click();
}

test('asks for a token alone, and says what is wrong with one', async () => {
  const page = await open({ baseURL: gateway.url });
  await page.getByLabel('Project token').waitFor();
  expect(await page.getByLabel('Password').count()).toBe(0);
  await signIn(page, 'not-a-token');
  await page.getByRole('alert').filter({ hasText: '401: ' }).waitFor();
  await signIn(page, await tokenOf('alice', 'unscoped'));
  await page.getByRole('alert').filter({ hasText: 'This token has no project' }).waitFor();
  expect(await page.evaluate('sessionStorage.length')).toBe(0);
});

test('shows and tags images with a token of Keystone, which outlives the session', async () => {
  const token = await tokenOf('alice', project('alpha'));
  const headers = { 'X-Auth-Token': token, 'Content-Type': 'application/json' };
  await fetch(`${gateway.url}/v2/images`, { method: 'POST', headers, body: '{"name":"of-keystone"}' });
  const page = await open({ baseURL: gateway.url });
  await signIn(page, token);
  await page.getByRole('link', { name: 'of-keystone' }).click();
  for (const dialect of ['OpenStack', 'Huawei v2', 'Huawei v1']) {
    await addTag(page, dialect, `via=${dialect}`);
    await said(page, `Added via=${dialect} through ${dialect}.`);
  }
  await signOut(page);
  await said(page, 'You are signed out.');
  expect(await page.evaluate('sessionStorage.length')).toBe(0);
  const known = await ask(keystone.url, 'GET', '/auth/projects', token);
  expect(known.status).toBe(200);
});

test('lets a reader look, and tells who may not write', async () => {
  const page = await open({ baseURL: gateway.url });
  await signIn(page, await tokenOf('reader-user', project('alpha')));
  await page.getByRole('link', { name: 'of-keystone' }).click();
  await addTag(page, 'Huawei v2', 'no=no');
  await page.getByRole('alert').filter({ hasText: '(IMG.0026)' }).waitFor();
});

test('shows the live view to an admin of Keystone', async () => {
  const page = await open({ baseURL: gateway.url });
  await signIn(page, await tokenOf('admin', project('admin')));
  await page.getByRole('link', { name: 'Requests' }).click();
  await said(page, 'newest first');
});

test('asks again when Keystone has revoked the token', async () => {
  const token = await tokenOf('alice', project('alpha'));
  const page = await open({ baseURL: gateway.url });
  await signIn(page, token);
  await page.getByRole('link', { name: 'of-keystone' }).waitFor();
  const headers = { 'X-Auth-Token': token, 'X-Subject-Token': token };
  expect((await fetch(`${keystone.url}/auth/tokens`, { method: 'DELETE', headers })).status).toBe(204);
  // For a second the gateway takes it for good without asking.
  await page.waitForTimeout(1_500);
  await page.getByRole('link', { name: 'Statistics' }).click();
  await said(page, 'Your session has expired');
});

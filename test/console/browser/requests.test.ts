import type { Page } from 'playwright-core';
import { send } from '../../support/wire';
import { said } from './browser';
import { consoleSite, signIn } from './site';

jest.setTimeout(120_000);

/* What is asked of the gateway, and what an admin does to it. */
const given = consoleSite();

async function openRequests(): Promise<Page> {
  const page = await given().open();
  await signIn(page, 'admin');
  await page.getByRole('link', { name: 'Requests' }).click();
  await said(page, 'newest first');
  return page;
}

const call = (method: string, path: string, body?: object) =>
  send(given().port, method, path, { token: given().alice, ...(body && { body }) });

test('requests appear as they come, by dialect, status and path, without the console\u2019s own', async () => {
  const page = await openRequests();
  await call('DELETE', '/v2/images/nowhere/tags/seen-live');
  const entry = page.getByRole('button', { name: 'DELETE /v2/images/nowhere/tags/seen-live' });
  await entry.click();
  const request = await page.getByLabel('Request as recorded').textContent();
  expect(request).toMatch(/^(?:[\w-]+, )*x-auth-token(?:, [\w-]+)*: \*\*\*$/m);
  expect(await page.getByLabel('Answer as recorded').textContent()).toContain('404');
  expect(await page.getByRole('button', { name: /auth\/projects/ }).count()).toBe(0);
  await page.getByLabel('Show the console').check();
  await page
    .getByRole('button', { name: /GET \/v3\/auth\/projects/ })
    .first()
    .waitFor();
  await page.getByRole('combobox', { name: 'Status' }).selectOption('4xx');
  await page.getByRole('combobox', { name: 'Dialect' }).selectOption('OpenStack');
  await page.getByLabel('Method or path').fill('seen-live');
  await said(page, /Showing 1, newest/);
  await page.reload();
  await said(page, /Showing 1, newest/);
  await page.getByRole('combobox', { name: 'Dialect' }).selectOption('Huawei v2');
  await said(page, 'No requests match');
});

test('the list stands still while it is paused, and is cleared', async () => {
  const page = await openRequests();
  await page.getByRole('button', { name: 'Pause' }).click();
  await call('GET', '/v2/images?name=while-paused');
  await page.waitForTimeout(2500);
  const late = page.getByRole('button', { name: /while-paused/ });
  expect(await late.count()).toBe(0);
  await page.getByRole('button', { name: 'Pause' }).click();
  await late.waitFor();
  await page.getByRole('button', { name: 'Clear' }).click();
  await said(page, 'No requests yet');
});

test('a request is replayed, leads to its image, and the next like it fails on demand', async () => {
  const page = await openRequests();
  const made = await call('POST', '/v2/images', { name: 'replayed' });
  const { id } = made.json<{ id: string }>();
  await call('PUT', `/v2/images/${id}/tags/again`);
  await call('DELETE', `/v2/images/${id}/tags/again`);
  await page.getByRole('button', { name: `PUT /v2/images/${id}/tags/again` }).click();
  await page.getByRole('button', { name: 'Replay' }).click();
  await said(page, 'Replayed with your token: 204');
  expect((await call('GET', `/v2/images/${id}`)).json()).toMatchObject({ tags: ['again'] });
  await page.getByRole('button', { name: 'Fail the next one' }).click();
  await said(page, 'The next such request gets 503');
  expect((await call('PUT', `/v2/images/${id}/tags/again`)).status).toBe(503);
  expect((await call('PUT', `/v2/images/${id}/tags/again`)).status).toBe(204);
  await page.getByRole('button', { name: 'POST /v2/images' }).click();
  await page.getByRole('button', { name: 'Replay' }).click();
  await said(page, 'Replayed with your token: 201');
  await page
    .getByRole('button', { name: `PUT /v2/images/${id}/tags/again` })
    .first()
    .click();
  await page.getByRole('link', { name: 'Show the image' }).click();
  await page.getByRole('heading', { name: 'replayed', level: 1 }).waitFor();
});

test('faults are added, listed and removed; a wrong one is refused', async () => {
  const page = await openRequests();
  await page.getByRole('button', { name: 'Faults' }).click();
  const dialog = page.getByRole('dialog', { name: 'Faults' });
  await dialog.getByLabel('Requests').fill('2');
  await dialog.getByLabel('Status').fill('503');
  await dialog.getByLabel('Dialect').selectOption('OpenStack');
  await dialog.getByLabel('Path starts with').fill('/v2/images');
  await dialog.getByRole('button', { name: 'Add fault' }).click();
  await said(page, '503 for the next 2 requests: OpenStack, /v2/images');
  expect((await call('GET', '/v2/images')).status).toBe(503);
  await dialog.getByRole('button', { name: 'Remove all' }).click();
  await said(page, 'No faults: every request is answered as usual.');
  expect((await call('GET', '/v2/images')).status).toBe(200);
  await dialog.getByLabel('Status').fill('');
  await dialog.getByRole('button', { name: 'Add fault' }).click();
  await dialog.getByRole('alert').filter({ hasText: '400: ' }).waitFor();
});

test('a reset asks first, and brings the images back to the seed', async () => {
  const page = await openRequests();
  await page.getByRole('button', { name: 'Reset' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect((await call('GET', '/v2/images?limit=1')).json<{ images: object[] }>().images).toHaveLength(1);
  await page.getByRole('button', { name: 'Reset' }).click();
  await page.getByRole('button', { name: 'Reset everything' }).click();
  await said(page, 'The gateway is back at its seed');
  expect((await call('GET', '/v2/images')).json<{ images: object[] }>().images).toHaveLength(0);
});

test('requests are for admins', async () => {
  const page = await given().open();
  await signIn(page, 'alice', 'beta');
  await page.getByRole('link', { name: 'Requests' }).click();
  await said(page, 'Sign in as a user with the role');
});

import type { Page } from 'playwright-core';
import { send } from '../../support/wire';
import { becomesTrue, said } from './browser';
import { axeViolations, consoleSite, overhang, signIn } from './site';

jest.setTimeout(120_000);

/* Changes as they happen: followed, paused, resumed after a lost connection, and begun anew. */
const given = consoleSite({ images: 1 });
const without = consoleSite({ images: 1, env: { TAGWAY_HISTORY_DAYS: 'off' } });

const ask = (method: string, path: string, body?: object) =>
  send(given().port, method, path, { token: given().alice, ...(body && { body }) });

async function anImage(): Promise<string> {
  return (await ask('POST', '/v2/images', { name: 'live', tags: ['a'] })).json<{ id: string }>().id;
}

const phase = (page: Page, text: string) => page.locator('.phase').getByText(text, { exact: true }).waitFor();
const rows = (page: Page) => page.locator('table.changes tbody tr');
const rowsAre = (page: Page, count: number) =>
  becomesTrue(page, `document.querySelectorAll('table.changes tbody tr').length === ${String(count)}`);

async function openLive(
  query = '',
  options: Parameters<ReturnType<typeof given>['open']>[0] = {},
): Promise<Page> {
  const page = await given().open({ bypassCSP: true, ...options });
  await signIn(page);
  await page.goto(`/console#/live${query}`);
  await phase(page, 'Live');
  return page;
}

test('a change is shown at once; what happens during a pause comes with Resume, each once', async () => {
  const id = await anImage();
  const page = await openLive();
  await said(page, 'Nothing has changed yet');
  await ask('PUT', `/v2/images/${id}/tags/one`);
  await rowsAre(page, 1);
  expect(await rows(page).first().innerText()).toMatch(/Revision 2[^]*\+\s+one[^]*alice[^]*OpenStack/);
  await page.getByRole('button', { name: 'Pause' }).press('Enter');
  await phase(page, 'Paused');
  for (const tag of ['two', 'three']) await ask('PUT', `/v2/images/${id}/tags/${tag}`);
  await page.waitForTimeout(500);
  expect(await rows(page).count()).toBe(1);
  await page.getByRole('button', { name: 'Resume' }).press('Enter');
  await rowsAre(page, 3);
  await phase(page, 'Live');
  expect(await rows(page).allInnerTexts()).toEqual(
    ['three', 'two', 'one'].map((tag) => expect.stringContaining(tag) as string),
  );
  expect(await axeViolations(page)).toEqual([]);
});

test('a lost connection is taken up from the last change', async () => {
  const id = await anImage();
  const page = await openLive();
  await ask('PUT', `/v2/images/${id}/tags/one`);
  await rowsAre(page, 1);
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.route('**/changes?*', (route) => route.abort());
  await page.getByRole('button', { name: 'Resume' }).click();
  await phase(page, 'Connection lost, trying again');
  await ask('PUT', `/v2/images/${id}/tags/two`);
  await page.unroute('**/changes?*');
  await rowsAre(page, 2);
  await phase(page, 'Live');
});

test('the selector is in the address, and a mistake in it is said in words', async () => {
  const id = await anImage();
  const page = await openLive('?selector=golden');
  await ask('PUT', `/v2/images/${id}/tags/dull`);
  await ask('PUT', `/v2/images/${id}/tags/golden`);
  await rowsAre(page, 1);
  expect(await rows(page).first().innerText()).toContain('golden');
  await page.getByLabel('Selector').fill('env in (');
  await page.keyboard.press('Tab');
  await page
    .getByRole('alert')
    .filter({ hasText: /selector: Expected .* at character/ })
    .waitFor();
  expect(await axeViolations(page)).toEqual([]);
  await page.getByLabel('Selector').fill('');
  await page.keyboard.press('Tab');
  await phase(page, 'Live');
});

test.each(['light', 'dark'] as const)(
  'a feed that began anew says so, and starts from now (%s)',
  async (colorScheme) => {
    const page = await openLive('', { colorScheme, viewport: { width: 390, height: 800 } });
    await page.getByRole('button', { name: 'Pause' }).click();
    const { database, projectId } = given();
    await database.query(
      { text: 'update tag_feeds set feed_id = gen_random_uuid()::text where project_id = $1' },
      [projectId],
    );
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('alert').filter({ hasText: 'The feed cannot go on' }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Follow from now' }).click();
    await phase(page, 'Live');
    await ask('PUT', `/v2/images/${await anImage()}/tags/new`);
    // One by its creation.
    await rowsAre(page, 2);
    for (const width of [390, 768]) {
      await page.setViewportSize({ width, height: 800 });
      expect([width, await overhang(page), await axeViolations(page)]).toEqual([width, 0, []]);
    }
  },
);

test('without a history the page says which setting it is', async () => {
  const page = await without().open();
  await signIn(page);
  await page.goto('/console#/live');
  await said(page, 'TAGWAY_HISTORY_DAYS');
});

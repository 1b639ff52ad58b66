import type { Page } from 'playwright-core';
import { send } from '../../support/wire';
import { becomesTrue, said } from './browser';
import { axeViolations, consoleSite, overhang, signIn } from './site';

jest.setTimeout(120_000);

/* What became of tags, of one image and of the project; undo with a preview. */
const given = consoleSite({ images: 8 });
const without = consoleSite({ images: 1, env: { TAGWAY_HISTORY_DAYS: 'off' } });

const ask = (method: string, path: string, body?: object) =>
  send(given().port, method, path, { token: given().alice, ...(body && { body }) });

async function anImage(name: string): Promise<string> {
  const made = await ask('POST', '/v2/images', { name, tags: ['a'] });
  const { id } = made.json<{ id: string }>();
  const tags = `/v2/${given().projectId}/images/${id}/tags`;
  expect((await ask('POST', tags, { tag: { key: 'env', value: 'dev' } })).status).toBe(204);
  expect((await ask('DELETE', `/v2/images/${id}/tags/a`)).status).toBe(204);
  return id;
}

async function tagsOf(id: string): Promise<string[]> {
  return (await ask('GET', `/v2/images/${id}`)).json<{ tags: string[] }>().tags;
}

const rows = (page: Page) => page.locator('table.changes tbody tr');

describe('an image', () => {
  test('shows who changed its tags through which dialect, and takes a change back after a preview', async () => {
    const id = await anImage('with a past');
    const page = await given().open();
    await signIn(page);
    await page.goto(`/console#/images/${id}`);
    await page.getByRole('heading', { name: 'History' }).waitFor();
    await rows(page).nth(2).waitFor();
    expect(await rows(page).nth(0).innerText()).toMatch(/Removed\s+−\s+a\s[^]*alice[^]*OpenStack · \w+/);
    expect(await rows(page).nth(1).innerText()).toMatch(/Added\s+\+\s+env=dev\s[^]*Huawei v2 · \w+/);
    await page.getByRole('button', { name: 'Undo revision 3' }).click();
    const dialog = page.getByRole('dialog', { name: 'Undo revision 3?' });
    await dialog.getByText('this would change').waitFor();
    expect(await dialog.locator('.chip').allInnerTexts()).toHaveLength(1);
    expect(await axeViolations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Change the tags back' }).click();
    await said(page, 'The tags are changed back');
    await said(page, 'Goes back to revision 3');
    expect(await tagsOf(id)).toEqual(['a', 'env=dev']);
  });

  test('is restored only from the state of the preview', async () => {
    const id = await anImage('overtaken');
    const page = await given().open();
    await signIn(page);
    await page.goto(`/console#/images/${id}`);
    await page.getByRole('button', { name: 'Restore revision 1', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Restore revision 1?' });
    await dialog.getByText('this would change').waitFor();
    await ask('PUT', `/v2/images/${id}/tags/late`);
    await dialog.getByRole('button', { name: 'Change the tags back' }).click();
    await dialog.getByRole('alert').filter({ hasText: 'The tags have changed since.' }).waitFor();
    expect(await tagsOf(id)).toEqual(['env=dev', 'late']);
    const between = dialog.locator('table.changes tbody tr');
    expect(await between.allInnerTexts()).toEqual([expect.stringMatching(/Revision 4[^]*late[^]*alice/)]);
    expect(await axeViolations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Change the tags back' }).click();
    await said(page, 'The tags are changed back');
    expect(await tagsOf(id)).toEqual(['a']);
  });
});

test.each(['light', 'dark'] as const)('two moments are compared (%s)', async (colorScheme) => {
  const id = await anImage('compared');
  const page = await given().open({ bypassCSP: true, colorScheme, viewport: { width: 390, height: 800 } });
  await signIn(page);
  await page.goto(`/console#/images/${id}`);
  await page.getByRole('link', { name: 'Compare revision 1 with now' }).press('Enter');
  const difference = page.getByRole('region', { name: 'Difference' });
  await difference.getByText('env=dev').waitFor();
  const chips = difference.locator('.chip');
  expect(await chips.allInnerTexts()).toEqual([
    expect.stringMatching(/Removed[^]*a$/),
    expect.stringMatching(/Added[^]*env=dev$/),
  ]);
  expect([await overhang(page), await axeViolations(page)]).toEqual([0, []]);
  await page.goto(`/console#/images/${id}?from=2&to=3`);
  await becomesTrue(page, "document.querySelectorAll('.compare .chip').length === 1");
  expect(await chips.allInnerTexts()).toEqual([expect.stringMatching(/Removed[^]*a$/)]);
  await difference.getByLabel('To revision').fill('99');
  await page.keyboard.press('Tab');
  await difference.getByRole('alert').filter({ hasText: 'has not come to this revision' }).waitFor();
  await difference.getByRole('link', { name: 'Close' }).click();
  await difference.waitFor({ state: 'detached' });
});

describe('the project', () => {
  test('shows changes of all images; filters stand in the address, and pages follow each other', async () => {
    const id = await anImage('filtered');
    for (let n = 0; n < 26; n++) await ask('PUT', `/v2/images/${id}/tags/n${String(n)}`);
    const page = await given().open();
    await signIn(page);
    await page.keyboard.press('g');
    await page.keyboard.press('h');
    await page.getByRole('heading', { name: 'History', level: 1 }).waitFor();
    await rows(page).nth(24).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Older' }).click();
    await page.getByRole('button', { name: 'Newest' }).click();
    await said(page, 'n25');
    await page.getByLabel('Dialect').selectOption({ label: 'Huawei v2' });
    await page.getByLabel('Image ID').fill(id);
    await page.keyboard.press('Tab');
    await becomesTrue(page, "document.querySelectorAll('table.changes tbody tr').length === 1");
    await page.reload();
    await rows(page).nth(0).waitFor();
    expect(await rows(page).allInnerTexts()).toEqual([expect.stringContaining('env=dev')]);
    expect(new URL(page.url()).hash).toBe(`#/history?dialect=huawei-images&image=${id}`);
    await page.getByRole('link', { name: id }).click();
    await page.getByRole('heading', { name: 'filtered', level: 1 }).waitFor();
    await page.goto(`/console#/history?image=${id}`);
    await page.getByLabel('Until (UTC)').fill('2020-01-01T00:00');
    await page.keyboard.press('Tab');
    await said(page, 'No changes match');
    expect(new URL(page.url()).hash).toBe(
      `#/history?image=${id}&until=${encodeURIComponent('2020-01-01T00:00:00Z')}`,
    );
    await page.goto('/console#/history?name=no-such-tag');
    await said(page, 'No changes match');
  });

  test('without a history the pages say which setting it is', async () => {
    const page = await without().open();
    await signIn(page);
    await page.goto('/console#/history');
    await said(page, 'TAGWAY_HISTORY_DAYS');
  });
});

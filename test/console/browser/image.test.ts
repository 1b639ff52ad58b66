import { randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';
import { send } from '../../support/wire';
import { said } from './browser';
import { consoleSite, search, signIn } from './site';

jest.setTimeout(120_000);

/* One image: its tags through each dialect, its data, its beginning and its end. */
const given = consoleSite();

async function ask<Body>(path: string): Promise<Body> {
  return (await send(given().port, 'GET', path, { token: given().alice })).json<Body>();
}

async function openImage(page: Page, name: string): Promise<string> {
  await search(page, name);
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { name, level: 1 }).waitFor();
  return page.url().split('/').at(-1) ?? '';
}

async function add(page: Page, tag: string): Promise<void> {
  await page.getByLabel('New tag').fill(tag);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
}

describe('a tag', () => {
  const dialects = ['OpenStack', 'Huawei v2', 'Huawei v1'] as const;

  test.each(dialects)('that %s adds and removes is added and removed for all', async (dialect) => {
    const page = await given().open();
    await signIn(page);
    const id = await openImage(page, 'rocky-9-03');
    await page.getByRole('radio', { name: dialect, exact: true }).check();
    await add(page, 'via=a b/c');
    await said(page, `Added via=a b/c through ${dialect}.`);
    const pairs = `/v2/${given().projectId}/images/${id}/tags`;
    const holds = (tag: unknown) => ({ tags: expect.arrayContaining([tag]) });
    expect(await ask(`/v2/images/${id}`)).toMatchObject(holds('via=a b/c'));
    expect(await ask(pairs)).toMatchObject(holds({ key: 'via', value: 'a b/c' }));
    expect(await ask(`/v1/cloudimages/tags?id=${id}`)).toMatchObject(holds('via=a b/c'));
    await page.getByText('Request and answer').waitFor();
    await page.getByRole('button', { name: 'Remove via=a b/c' }).click();
    await said(page, `Removed via=a b/c through ${dialect}.`);
    expect(await page.evaluate('document.activeElement.ariaLabel')).toBe('New tag');
    expect(await ask<{ tags: object[] }>(pairs)).not.toMatchObject(holds({ key: 'via', value: 'a b/c' }));
  });

  test('that a dialect refuses is refused in its words', async () => {
    const page = await given().open();
    await signIn(page);
    await openImage(page, 'debian-12-00');
    await page.getByRole('radio', { name: 'Huawei v2' }).check();
    await add(page, 'k'.repeat(37));
    const refused = /The key is too long: at most 36 characters are taken .*\(IMG\.0115\)/;
    await page.getByRole('alert').filter({ hasText: refused }).waitFor();
    await page.getByRole('radio', { name: 'OpenStack', exact: true }).check();
    await add(page, 'k'.repeat(256));
    const alert = page.getByRole('alert');
    // The alert of before stands until the next answer.
    await alert.filter({ hasText: / is too long [^<]*$/ }).waitFor();
  });

  test('is completed from those of the project, and found among a hundred', async () => {
    const page = await given().open();
    await signIn(page);
    await openImage(page, 'many-tags');
    await said(page, '100 tags');
    await page.getByLabel('Filter tags').fill('label-09');
    await said(page, '10 tags match');
    expect(await page.locator('table.tags tbody tr').count()).toBe(10);
    await page.getByLabel('New tag').pressSequentially('te', { delay: 20 });
    await page.getByRole('option', { name: /^team/ }).click();
    await page.getByRole('option', { name: /^team=core/ }).click();
    expect(await page.getByLabel('New tag').inputValue()).toBe('team=core');
    await page.getByRole('link', { name: 'label-095=value 95' }).click();
    await said(page, /^1 image$/);
  });
});

test('an image is created with tags and data, whose upload shows how far it is, and deleted after a question', async () => {
  const page = await given().open();
  await signIn(page);
  await page.getByRole('button', { name: 'Create image' }).click();
  const dialog = page.getByRole('dialog', { name: 'Create image' });
  await dialog.getByLabel('Name').fill('uploaded');
  await dialog.getByLabel('New tag').fill('made=here');
  await page.keyboard.press('Enter');
  await dialog.getByLabel('New tag').fill('golden');
  await dialog.getByRole('button', { name: 'Add' }).click();
  const size = 8 * 1024 * 1024;
  const file = { name: 'disk.img', mimeType: 'application/octet-stream', buffer: randomBytes(size) };
  await dialog.getByLabel('Data (optional)').setInputFiles(file);
  expect(await dialog.getByLabel('Disk format').inputValue()).toBe('raw');
  await page.evaluate(`new MutationObserver(() => {
    const bar = document.querySelector('progress');
    if (bar) (window.seen ??= new Set()).add(bar.value);
  }).observe(document.body, { subtree: true, childList: true, attributes: true })`);
  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { name: 'uploaded', level: 1 }).waitFor();
  const seen = await page.evaluate<number[]>('[...window.seen]');
  expect(seen[0]).toBe(0);
  expect(Math.max(...seen)).toBe(100);
  const id = page.url().split('/').at(-1) ?? '';
  expect(await ask(`/v2/images/${id}`)).toMatchObject({
    status: 'active',
    size,
    tags: ['golden', 'made=here'],
    disk_format: 'raw',
  });
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect(await ask(`/v2/images/${id}`)).toMatchObject({ id });
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete image' }).click();
  await said(page, 'Deleted uploaded');
  expect((await send(given().port, 'GET', `/v2/images/${id}`, { token: given().alice })).status).toBe(404);
  await page.goBack();
  await said(page, 'Image not found');
});

test('data is uploaded later, and what the gateway refuses is shown', async () => {
  const page = await given().open();
  await signIn(page);
  const id = await openImage(page, 'ubuntu-24.04-01');
  await page.getByRole('button', { name: 'Upload data' }).click();
  const buffer = Buffer.from('QFI');
  await page.getByLabel('Data', { exact: true }).setInputFiles({ name: 'a.qcow2', mimeType: 'x/y', buffer });
  await page.route('**/file', (route) => route.fulfill({ status: 413, body: 'Too large for this gateway' }));
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  await page.getByRole('alert').filter({ hasText: '413: Too large for this gateway' }).waitFor();
  await page.unroute('**/file');
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  await said(page, 'Data uploaded');
  expect(await ask(`/v2/images/${id}`)).toMatchObject({ status: 'active', size: 3, disk_format: 'qcow2' });
  await page.getByRole('button', { name: 'Upload data' }).waitFor({ state: 'detached' });
});

import type { Page } from 'playwright-core';
import { becomesTrue, hasValue, said } from './browser';
import { consoleSite, imagesOf, search, searchField, signIn } from './site';

jest.setTimeout(120_000);

/* Searching, filtering, sorting and paging through 1 003 images. */
const given = consoleSite({ images: 1_002 });
const images = imagesOf(1_002);

const rows = (page: Page) => page.locator('table.images tbody tr');
const names = (page: Page) => page.locator('table.images tbody th > a').allInnerTexts();
const counted = (wanted: (tags: readonly string[], name: string) => boolean): number =>
  images.filter(({ tags, name }) => wanted(tags, name)).length;

async function says(page: Page, count: number): Promise<void> {
  const words = count === 1 ? '1 image' : `${count.toLocaleString('en')} images`;
  if (count === 0) await said(page, 'No images match');
  else await page.locator('.count', { hasText: new RegExp(`(?:^|of )${words}$`) }).waitFor();
}

async function opened(more: Parameters<ReturnType<typeof given>['open']>[0] = {}): Promise<Page> {
  const page = await given().open(more);
  await signIn(page);
  await says(page, images.length);
  return page;
}

test('a search finds names, ids and tags, and leaves some out', async () => {
  const page = await opened();
  for (const [expression, count] of [
    ['debian', counted((_tags, name) => name.includes('debian'))],
    ['DEBIAN 100', counted((_tags, name) => name.includes('debian') && name.includes('100'))],
    ['env=prod', counted((tags) => tags.includes('env=prod'))],
    ['env=prod -os=windows', counted((tags) => tags.includes('env=prod') && !tags.includes('os=windows'))],
    [
      'has:golden has:team',
      counted((tags) => tags.includes('golden') && tags.some((one) => /^team=/.test(one))),
    ],
    [
      'env=test|staging !has:golden',
      counted((tags) => /env=(?:test|staging)/.test(tags.join()) && !tags.includes('golden')),
    ],
    [
      'debian selector:env in (test, "staging"), !golden',
      counted(
        (tags, name) =>
          name.includes('debian') && /env=(?:test|staging)/.test(tags.join()) && !tags.includes('golden'),
      ),
    ],
    ['untagged', counted((tags) => tags.length === 0)],
    ['debian untagged', 0],
    ['label-007="value 7"', 1],
  ] as const) {
    await search(page, expression);
    await says(page, count);
  }
  const id = await (async () => {
    await search(page, 'release=2026.1');
    await says(page, 1);
    return (await page.locator('.id code').innerText()).trim();
  })();
  await search(page, id);
  await page.waitForURL((url) => url.href.includes(id));
  await says(page, 1);
});

test('what is looked for is in the address, and survives reload, sharing and the way back', async () => {
  const page = await opened();
  await search(page, 'env=prod');
  await says(
    page,
    counted((tags) => tags.includes('env=prod')),
  );
  await page.getByLabel('Sort by').selectOption('name:asc');
  await page.getByLabel('Rows').selectOption('50');
  await page.getByRole('button', { name: 'Next' }).click();
  await said(page, /^51–100 of/);
  expect(new URL(page.url()).hash).toBe('#/images?q=env%3Dprod&sort=name%3Aasc&size=50&page=2');
  const shown = await names(page);
  await page.reload();
  await said(page, /^51–100 of/);
  expect(await names(page)).toEqual(shown);
  expect(await searchField(page).inputValue()).toBe('env=prod');
  await page.goBack();
  await said(page, /^1–50 of/);
  await page.getByRole('combobox', { name: 'Status', exact: true }).selectOption('active');
  await said(page, 'No images match');
  expect(page.url()).toContain('status=active');
  await page.getByRole('link', { name: 'Show all images' }).click();
  await says(page, images.length);
  expect(await searchField(page).inputValue()).toBe('');
});

test('images are sorted by columns and by the list, and read by pages', async () => {
  const page = await opened();
  const sorted = images.map(({ name }) => name).sort();
  await page.getByRole('button', { name: 'Image', exact: true }).click();
  await page.locator('th[aria-sort=ascending]', { hasText: 'Image' }).waitFor();
  await page.locator('table.images tbody th a', { hasText: 'debian-12-0000' }).waitFor();
  expect(await names(page)).toEqual(sorted.slice(0, 20));
  await page.getByRole('button', { name: 'Image', exact: true }).click();
  await page.locator('th[aria-sort=descending]', { hasText: 'Image' }).waitFor();
  await page.locator('table.images tbody th a', { hasText: 'windows-2022-0998' }).first().waitFor();
  expect(await names(page)).toEqual(sorted.slice(-20).reverse());
  await page.getByLabel('Sort by').selectOption('Oldest first');
  await page.getByRole('link', { name: 'many-tags' }).waitFor();
  await page.getByLabel('Rows').selectOption('100');
  await said(page, /^1–100 of 1,003 images$/);
  for (let turn = 2; turn <= 11; turn++) {
    await page.getByRole('button', { name: 'Next' }).click();
    await said(page, `Page ${String(turn)} of 11`);
  }
  await said(page, /^1001–1003 of/);
  expect(await page.getByRole('button', { name: 'Next' }).isDisabled()).toBe(true);
});

test('a tag narrows the search, and a hundred of them take no page of room', async () => {
  const page = await opened();
  await search(page, 'many-tags');
  await says(page, 1);
  expect(await rows(page).locator('a.chip').count()).toBe(6);
  const height = async (): Promise<number> => (await rows(page).first().boundingBox())?.height ?? 0;
  expect(await height()).toBeLessThan(130);
  await page.getByRole('button', { name: '+94 more' }).click();
  expect(await rows(page).locator('a.chip').count()).toBe(100);
  await page.getByRole('button', { name: 'Show fewer' }).click();
  expect(await height()).toBeLessThan(130);
  await search(page, 'debian');
  await says(
    page,
    counted((_tags, name) => name.includes('debian')),
  );
  await rows(page).first().getByRole('link', { name: 'env=prod' }).click();
  await says(
    page,
    counted((tags, name) => name.includes('debian') && tags.includes('env=prod')),
  );
  await hasValue(searchField(page), 'debian env=prod');
});

test('keys and values are completed, with the keyboard', async () => {
  const page = await opened();
  await searchField(page).pressSequentially('en', { delay: 20 });
  await page.getByRole('option', { name: /^env=/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('option', { name: /^env=prod/ }).waitFor();
  expect(await searchField(page).inputValue()).toBe('env=');
  await page.keyboard.press('ArrowDown');
  const marked = await searchField(page).getAttribute('aria-activedescendant');
  expect(await page.locator(`[id="${marked ?? ''}"]`).innerText()).toContain('env=prod');
  await page.keyboard.press('Enter');
  await says(
    page,
    counted((tags) => tags.includes('env=prod')),
  );
  await searchField(page).pressSequentially(' -os=w', { delay: 20 });
  await page.getByRole('option', { name: /^os=windows/ }).click();
  await says(
    page,
    counted((tags) => tags.includes('env=prod') && !tags.includes('os=windows')),
  );
  expect(await searchField(page).inputValue()).toBe('env=prod -os=windows');
  await page.keyboard.press('Escape');
  expect(await page.getByRole('listbox').count()).toBe(0);
});

test('a search without a result offers the tag that was meant; a wrong one says what is wrong', async () => {
  const page = await opened();
  await search(page, 'golden');
  await page.getByRole('link', { name: /^Show \d+ images tagged golden$/ }).click();
  await says(
    page,
    counted((tags) => tags.includes('golden')),
  );
  await searchField(page).fill('untagged env=prod');
  await page.getByRole('alert').filter({ hasText: 'cannot be combined with tags' }).waitFor();
  await page.getByRole('button', { name: 'Clear search' }).click();
  await says(page, images.length);
});

test('tags are shown in each spelling, ids are copied, and the search is a command', async () => {
  const page = await opened({ permissions: ['clipboard-read', 'clipboard-write'] });
  await search(page, 'release=2026.1');
  await says(page, 1);
  await page.getByLabel('Tags as').selectOption('Key / value');
  expect(await rows(page).locator('.chip', { hasText: 'release' }).innerText()).toMatch(
    /^release\s*2026\.1$/,
  );
  await page.getByRole('button', { name: /^Copy the ID of/ }).click();
  await said(page, 'Copied');
  const copied = (): Promise<string> => page.evaluate<string>('navigator.clipboard.readText()');
  expect(await copied()).toBe((await page.locator('.id code').innerText()).trim());
  await page.getByText('This search as a command').click();
  for (const [client, part] of [
    ['curl', 'curl -sS -i -X POST'],
    ['openstack', 'openstack image list'],
    ['Huawei SDK', 'client.sendRequest(call)'],
  ] as const) {
    await page.getByRole('radio', { name: client }).check();
    await page.getByRole('button', { name: `Copy for ${client}` }).click();
    await becomesTrue(
      page,
      `navigator.clipboard.readText().then((text) => text.includes(${JSON.stringify(part)}))`,
    );
    expect(await copied()).toBe(await page.getByLabel(`Request for ${client}`).textContent());
    expect(await copied()).not.toContain(
      await page.evaluate<string>("sessionStorage.getItem('tagway.token')"),
    );
  }
});

test('loading, an error with a retry, and an empty project each say what is the matter', async () => {
  const page = await opened();
  const path = '**/console/api/images?*';
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(path, async (route) => {
    await held;
    await route.fulfill({
      status: 503,
      json: { error: { code: 503, message: 'The database does not answer; try again.' } },
    });
  });
  await page.reload();
  await said(page, 'Loading images …');
  release();
  await page.getByRole('alert').filter({ hasText: '503: The database does not answer' }).waitFor();
  await page.unroute(path);
  await page.getByRole('button', { name: 'Try again' }).click();
  await says(page, images.length);
  await page.route(path, (route) => route.abort());
  await page.getByRole('button', { name: 'Reload' }).click();
  await page.getByRole('alert').filter({ hasText: 'The gateway does not answer. Is it running?' }).waitFor();
  await page.unroute(path);
  await page.getByRole('button', { name: 'Try again' }).click();
  await says(page, images.length);
});

import type { Page } from 'playwright-core';
import { send } from '../../support/wire';
import { said } from './browser';
import { consoleSite, imageCount, overhang, password, signIn, tabTo } from './site';

jest.setTimeout(120_000);

const given = consoleSite();

const alert = (page: Page) => page.getByRole('alert');

async function ask<Body>(path: string): Promise<Body> {
  return (await send(given().port, 'GET', path, { token: given().alice })).json<Body>();
}

async function search(page: Page, expression: string): Promise<void> {
  const field = page.getByLabel('Search by tags');
  await field.fill(expression);
  await field.press('Enter');
}

describe('images', () => {
  test('are listed by pages, newest first', async () => {
    const page = await given().open();
    await signIn(page);
    await said(page, `Images 1 to 20 of ${String(imageCount)}`);
    expect(await page.locator('table.images tbody tr').count()).toBe(20);
    for (const range of ['21 to 40', '41 to 60', '61 to 64']) {
      await page.getByRole('button', { name: 'Next page' }).click();
      await said(page, `Images ${range} of ${String(imageCount)}`);
    }
    expect(await page.getByRole('button', { name: 'Next page' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Earlier page' }).click();
    await said(page, 'Images 41 to 60');
  });

  test('are found by tags that they have and have not, by values, names, and without any', async () => {
    const page = await given().open();
    await signIn(page);
    for (const [expression, count] of [
      ['env=prod', 32],
      ['env=prod -os=windows', 16],
      ['golden team', 6],
      ['env=test|staging !golden', 16],
      ['untagged', 8],
      ['name:debian untagged', 0],
      ['-env', 8],
      ['release=2026.1', 1],
    ] as const) {
      await search(page, expression);
      await said(page, count === 0 ? 'No image is so tagged.' : new RegExp(`of ${String(count)}$`));
    }
  });

  test('a search that says nothing sensible is told what is wrong, by the page or by the gateway', async () => {
    const page = await given().open();
    await signIn(page);
    await search(page, 'untagged golden');
    await page.getByRole('alert').filter({ hasText: 'stands without other tags' }).waitFor();
    await search(page, 'k'.repeat(128));
    await page.getByRole('alert').filter({ hasText: '400: The image tag is invalid.' }).waitFor();
    expect(await alert(page).innerText()).toContain('(IMG.0115)');
  });

  test('show their tags in all three spellings', async () => {
    const page = await given().open();
    await signIn(page);
    await search(page, 'release=2026.1');
    const row = page.locator('table.images tbody tr');
    await row.getByText('release=2026.1').waitFor();
    await page.getByRole('radio', { name: 'Key / value' }).check();
    expect(await row.locator('.pair').allInnerTexts()).toContain('release\n2026.1');
    await page.getByRole('radio', { name: 'v1 text' }).check();
    await row.getByText('release=2026.1').waitFor();
  });
});

describe('a tag', () => {
  const dialects = ['OpenStack', 'Huawei v2', 'Huawei v1'] as const;

  test.each(dialects)('that %s adds and removes is added and removed for all', async (dialect) => {
    const page = await given().open();
    await signIn(page);
    await search(page, 'name:rocky-9-03');
    await page.getByRole('link', { name: 'rocky-9-03' }).click();
    await page.getByRole('radio', { name: dialect, exact: true }).check();
    await page.getByLabel('New tag').fill('via=a b/c');
    await page.getByRole('button', { name: 'Add' }).click();
    await said(page, `Added via=a b/c through ${dialect}.`);
    const id = page.url().split('/').at(-1) ?? '';
    expect(await ask(`/v2/images/${id}`)).toMatchObject({ tags: expect.arrayContaining(['via=a b/c']) });
    const pairs = `/v2/${given().projectId}/images/${id}/tags`;
    expect(await ask(pairs)).toMatchObject({
      tags: expect.arrayContaining([{ key: 'via', value: 'a b/c' }]),
    });
    expect(await ask(`/v1/cloudimages/tags?id=${id}`)).toMatchObject({
      tags: expect.arrayContaining(['via=a b/c']),
    });
    await page.getByRole('button', { name: 'Remove via=a b/c' }).click();
    await said(page, `Removed via=a b/c through ${dialect}.`);
    expect(await page.evaluate('document.activeElement.placeholder')).toBe('env=prod');
    expect(await ask<{ tags: object[] }>(pairs)).not.toMatchObject({
      tags: expect.arrayContaining([{ key: 'via', value: 'a b/c' }]),
    });
  });

  test('that a dialect refuses is refused in its words', async () => {
    const page = await given().open();
    await signIn(page);
    await page
      .getByRole('link', { name: /debian/ })
      .first()
      .click();
    await page.getByRole('radio', { name: 'Huawei v2' }).check();
    await page.getByLabel('New tag').fill('k'.repeat(37));
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByRole('alert').filter({ hasText: 'The key is too long. (IMG.0115)' }).waitFor();
    await page.getByRole('radio', { name: 'OpenStack', exact: true }).check();
    await page.getByLabel('New tag').fill('k'.repeat(256));
    await page.getByRole('button', { name: 'Add' }).click();
    // The alert of before stands until the next answer.
    await page
      .getByRole('alert')
      .filter({ hasText: / is too long [^<]*$/ })
      .waitFor();
  });
});

test('requests and answers are copied as they are shown, without the token', async () => {
  const page = await given().open({ permissions: ['clipboard-read', 'clipboard-write'] });
  await signIn(page);
  await page.getByText('Request and answer').click();
  for (const [client, part] of [
    ['curl', 'curl -sS -i -X POST'],
    ['openstack', 'openstack image list'],
    ['Huawei SDK', 'client.sendRequest(call)'],
  ] as const) {
    await page.getByRole('radio', { name: client }).check();
    await page.getByRole('button', { name: `Copy for ${client}` }).click();
    await said(page, 'Copied');
    const text = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(text).toContain(part);
    expect(text).toBe(await page.getByLabel(`Request for ${client}`).textContent());
    expect(text).not.toContain(await page.evaluate<string>("sessionStorage.getItem('tagway.token')"));
  }
  await page.getByRole('button', { name: 'Copy the answer' }).click();
  await page.waitForFunction("navigator.clipboard.readText().then((text) => text.startsWith('200 in'))");
});

test('statistics are those of the project, and every chart has its numbers in a table', async () => {
  const page = await given().open();
  await signIn(page);
  await page.getByRole('link', { name: 'Statistics' }).click();
  await page.getByRole('heading', { name: 'Growth' }).waitFor();
  const totals = await page.locator('.totals dd').allInnerTexts();
  expect(totals).toEqual([String(imageCount), '151', '5', '8']);
  const rows = page.getByRole('table', { name: 'Keys by use' }).getByRole('row');
  expect((await rows.allInnerTexts()).slice(1).map((row) => row.replace(/\s+/g, ' '))).toEqual([
    'env 56',
    'os 56',
    'golden 19',
    'team 16',
    'release 4',
  ]);
  await page.getByRole('button', { name: 'Values of os' }).click();
  const values = page.getByRole('table', { name: 'Values of os' });
  await values.waitFor();
  expect((await values.innerText()).replace(/\s+/g, ' ')).toContain('linux 40 windows 16');
  await page.getByText('As a table').click();
  const last = page.getByRole('table', { name: 'Images by day' }).getByRole('row').last();
  expect(await last.innerText()).toMatch(new RegExp(`\\b${String(imageCount)}$`));
  await page.getByRole('img', { name: '56 images with tags, 8 without' }).waitFor();
});

describe('the live view', () => {
  test('shows what arrives, with request and answer, by dialect and by status', async () => {
    const page = await given().open();
    await signIn(page, 'admin');
    await page.getByRole('link', { name: 'Requests' }).click();
    await said(page, 'Newest first');
    await send(given().port, 'DELETE', '/v2/images/nowhere/tags/seen-live', { token: given().alice });
    await page.getByRole('button', { name: 'DELETE /v2/images/nowhere/tags/seen-live' }).click();
    await page.getByLabel('Request', { exact: true }).first().waitFor();
    const request = await page.locator('pre[aria-label=Request]').textContent();
    expect(request).toMatch(/^(?:[\w-]+, )*x-auth-token(?:, [\w-]+)*: \*\*\*$/m);
    expect(await page.locator('pre[aria-label=Answer]').textContent()).toContain('404');
    await page.getByLabel('Status').selectOption('4xx');
    await page.getByLabel('Dialect').selectOption('OpenStack');
    await page.getByLabel('Method or path').fill('seen-live');
    await said(page, /showing 1 of/);
    await page.getByLabel('Dialect').selectOption('Huawei v2');
    await said(page, /showing 0 of/);
  });

  test('stands still while it is paused', async () => {
    const page = await given().open();
    await signIn(page, 'admin');
    await page.getByRole('link', { name: 'Requests' }).click();
    await said(page, 'Newest first');
    await page.getByRole('button', { name: 'Pause' }).click();
    await send(given().port, 'GET', '/v2/images?name=while-paused', { token: given().alice });
    await page.waitForTimeout(2500);
    const late = page.getByRole('button', { name: /while-paused/ });
    expect(await late.count()).toBe(0);
    await page.getByRole('button', { name: 'Pause' }).click();
    await late.waitFor();
  });

  test('is for admins', async () => {
    const page = await given().open();
    await signIn(page);
    await page.getByRole('link', { name: 'Requests' }).click();
    await said(page, 'Sign in as a user with the role');
  });
});

test('everything can be done with the keyboard alone', async () => {
  const page = await given().open({ viewport: { width: 390, height: 844 } });
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await tabTo(page, /^User/);
  await page.keyboard.type('alice');
  await tabTo(page, /^Password /);
  await page.keyboard.type(password);
  await tabTo(page, /^Project/);
  await page.keyboard.type('alpha');
  await page.keyboard.press('Enter');
  await said(page, `of ${String(imageCount)}`);
  await tabTo(page, /^Search by tags/);
  await page.keyboard.type('name:ubuntu-24.04-01');
  await page.keyboard.press('Enter');
  await said(page, 'of 1');
  await tabTo(page, /^ubuntu-24.04-01$/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'ubuntu-24.04-01' }).waitFor();
  await tabTo(page, /^OpenStack|^Huawei/);
  await page.keyboard.press('ArrowRight');
  await tabTo(page, /^New tag/);
  await page.keyboard.type('typed=yes');
  await page.keyboard.press('Enter');
  await said(page, 'Added typed=yes through Huawei v2.');
  await tabTo(page, /^Remove typed=yes$/);
  await page.keyboard.press('Space');
  await said(page, 'Removed typed=yes through Huawei v2.');
  expect(await overhang(page)).toBe(0);
});

import type { Page } from 'playwright-core';
import { becomesTrue, said } from './browser';
import { consoleSite, overhang, password, searchField, signIn, signOut, tabTo } from './site';

jest.setTimeout(120_000);

/* What surrounds the pages: navigation, project, theme, keys; and statistics, whose bars lead to images. */
const given = consoleSite();

const isDark = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>("document.documentElement.classList.contains('dark')");

test('another project is one press away, and its images are shown', async () => {
  const page = await given().open();
  await signIn(page);
  const token = (): Promise<string> => page.evaluate<string>("sessionStorage.getItem('tagway.token')");
  const first = await token();
  await page.getByRole('button', { name: 'Project alpha, switch' }).click();
  await page.getByRole('menuitemradio', { name: 'beta' }).click();
  await said(page, 'No images yet');
  await page.reload();
  await page.getByRole('button', { name: 'Project beta, switch' }).waitFor();
  // The token of the second project ends with the first one, which must live as long as the session.
  const second = await token();
  const statuses = async (): Promise<string> => {
    const asked = [first, second].map((one) =>
      fetch(`${given().url}/console/api/session`, { headers: { 'X-Auth-Token': one } }),
    );
    return (await Promise.all(asked)).map(({ status }) => status).join(' ');
  };
  expect(await statuses()).toBe('200 200');
  await signOut(page);
  for (let tries = 0; tries < 50 && (await statuses()) !== '401 401'; tries++) await page.waitForTimeout(100);
  expect(await statuses()).toBe('401 401');
});

test('without a project at sign-in it is the first one', async () => {
  const page = await given().open();
  await signIn(page, 'alice', '');
  await page.getByRole('button', { name: 'Project alpha, switch' }).waitFor();
  await said(page, 'of 64 images');
});

test('the theme is that of the system until one is chosen, and stays', async () => {
  const page = await given().open({ colorScheme: 'dark' });
  await signIn(page);
  expect(await isDark(page)).toBe(true);
  await page.getByRole('button', { name: 'Theme' }).click();
  await page.getByRole('menuitemradio', { name: 'Light' }).click();
  await becomesTrue(page, "!document.documentElement.classList.contains('dark')");
  await page.reload();
  await page.locator('table.images').waitFor();
  expect(await isDark(page)).toBe(false);
  // The page listens to keys from the first frame after it is shown.
  await page.waitForTimeout(300);
  await page.keyboard.press('t');
  await becomesTrue(page, "document.documentElement.classList.contains('dark')");
});

test('keys lead to pages and actions, a sheet lists them, and they can be turned off', async () => {
  const page = await given().open();
  await signIn(page);
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await page.getByRole('heading', { name: 'Statistics', level: 1 }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('i');
  await page.getByRole('heading', { name: 'Images', level: 1 }).waitFor();
  await said(page, 'of 64 images');
  await page.keyboard.press(']');
  await said(page, 'Page 2 of 4');
  await page.keyboard.press('[');
  await said(page, 'Page 1 of 4');
  await page.keyboard.press('c');
  await page.getByRole('dialog', { name: 'Create image' }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await page.keyboard.type('rocky?');
  expect(await searchField(page).inputValue()).toBe('rocky?');
  await page.getByRole('heading', { name: 'Images', level: 1 }).click();
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  expect(await sheet.locator('dt').allInnerTexts()).toEqual(
    expect.arrayContaining(['Search', 'Create an image', 'Go to Statistics', 'Show keyboard shortcuts']),
  );
  await sheet.getByLabel('Single-key shortcuts').uncheck();
  await page.keyboard.press('Escape');
  await page.keyboard.press('c');
  await page.waitForTimeout(300);
  expect(await page.getByRole('dialog').count()).toBe(0);
});

test('documentation and version are at hand, and an unknown address says so', async () => {
  const page = await given().open();
  await signIn(page);
  await page.getByRole('button', { name: 'Help' }).click();
  await said(page, /^Tagway \d+\.\d+\.\d+/);
  const [docs] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('menuitem', { name: 'Documentation and APIs' }).click(),
  ]);
  await docs.waitForURL('**/docs');
  await page.goto('/console/#/nowhere');
  await page.getByRole('link', { name: 'Go to images' }).click();
  await said(page, 'of 64 images');
});

test('statistics count the project, and every bar leads to its images', async () => {
  const page = await given().open();
  await signIn(page);
  await page.getByRole('link', { name: 'Statistics' }).click();
  await page.getByRole('heading', { name: 'Growth' }).waitFor();
  expect(await page.locator('.totals dd').allInnerTexts()).toEqual(['64', '251', '105', '7']);
  await page.getByRole('button', { name: 'Values of os' }).click();
  const values = page.getByRole('table', { name: 'Values of os' });
  await values.waitFor();
  expect((await values.innerText()).replace(/\s+/g, ' ')).toContain('linux 40 windows 16');
  expect(page.url()).toContain('key=os');
  await page.getByText('As a table').click();
  const last = page.getByRole('table', { name: 'Images by day' }).getByRole('row').last();
  expect(await last.innerText()).toMatch(/\b64$/);
  await page.getByRole('img', { name: '57 tagged images, 7 untagged' }).waitFor();
  await values.getByRole('link', { name: 'windows' }).click();
  await said(page, /^16 images$/);
  await page.goBack();
  await page.getByRole('table', { name: 'Keys by use' }).getByRole('link', { name: 'golden' }).click();
  await said(page, /^19 images$/);
  await page.goBack();
  await page.locator('.totals').getByRole('link', { name: '7' }).click();
  await said(page, /^7 images$/);
});

test('everything can be done with the keyboard alone', async () => {
  const page = await given().open({ viewport: { width: 390, height: 844 } });
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await tabTo(page, /^User/);
  await page.keyboard.type('alice');
  await tabTo(page, /^Password$/);
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await said(page, 'of 64 images');
  await tabTo(page, /^Project alpha/);
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Escape');
  await tabTo(page, /^Search images/);
  await page.keyboard.type('ubuntu-24.04-01');
  await page.keyboard.press('Enter');
  await said(page, /^1 image$/);
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

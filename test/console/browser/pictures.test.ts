import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { send } from '../../support/wire';
import { hasValue } from './browser';
import { axeViolations, consoleSite, overhang, search, searchField, signIn } from './site';

jest.setTimeout(180_000);

/* Every page and dialog at three widths, light and dark: nothing stands out, and axe has nothing to say. */
const given = consoleSite({ images: 1_002 });

const temporary = mkdtempSync(join(tmpdir(), 'tagway-pictures-'));
afterAll(() => {
  rmSync(temporary, { recursive: true, force: true });
});

/** Those that the documentation shows; `npm run console:pictures` names its folder. */
const shown = ['images-light', 'image-narrow', 'image-light', 'statistics-dark', 'requests-light'];

function pathOf(picture: string): string {
  const folder = shown.includes(picture) ? process.env['CONSOLE_PICTURES'] : undefined;
  return join(folder ?? temporary, `console-${picture}.png`);
}

const looks = [
  { look: 'light', colorScheme: 'light', width: 1440 },
  { look: 'dark', colorScheme: 'dark', width: 1440 },
  { look: 'middle', colorScheme: 'light', width: 768 },
  { look: 'middle-dark', colorScheme: 'dark', width: 768 },
  { look: 'narrow', colorScheme: 'light', width: 390 },
  { look: 'narrow-dark', colorScheme: 'dark', width: 390 },
] as const;

/** Each page with something in it to look at. */
const pages: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  images: async (page) => {
    await search(page, 'env=prod -os=windows');
    await page.getByText(/of 251 images/).waitFor();
  },
  'no-match': async (page) => {
    await search(page, 'golden');
    await page.getByRole('link', { name: /tagged golden$/ }).waitFor();
  },
  tags: async (page) => {
    await search(page, 'many-tags');
    await page.getByText(/^1 image$/).waitFor();
    await page.getByRole('button', { name: '+94 more' }).click();
  },
  image: async (page) => {
    await search(page, 'debian-12-0992');
    await page.getByRole('link', { name: 'debian-12-0992' }).click();
    await page.getByRole('radio', { name: 'Huawei v1' }).check();
    await page.getByLabel('New tag').fill('checked=yes');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('Added checked=yes through Huawei v1.').waitFor();
    await page.getByRole('button', { name: 'Remove checked=yes' }).click();
    await page.getByText('Removed checked=yes').waitFor();
  },
  statistics: async (page) => {
    await page.getByRole('link', { name: 'Statistics' }).click();
    await page.getByRole('heading', { name: 'Growth' }).waitFor();
  },
  history: async (page) => {
    await page.getByRole('link', { name: 'History', exact: true }).click();
    await page.locator('table.changes').waitFor();
  },
  requests: async (page) => {
    await page.getByRole('link', { name: 'Requests' }).click();
    await page.getByLabel('Show the console').uncheck();
    await page
      .getByRole('button', { name: /huawei-sample/ })
      .first()
      .click();
    await page.getByRole('heading', { name: 'Answer' }).waitFor();
  },
};

const dialogs: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  faults: (page) => page.getByRole('button', { name: 'Faults' }).click(),
  reset: (page) => page.getByRole('button', { name: 'Reset' }).click(),
  help: (page) => page.keyboard.press('?'),
  create: async (page) => {
    await page.getByRole('link', { name: 'Images' }).click();
    await page.locator('table.images').waitFor();
    await page.keyboard.press('c');
  },
};

/** So that there are requests to look at. */
async function traffic(): Promise<void> {
  const token = given().alice;
  const ask = (method: string, path: string, body?: object) =>
    send(given().port, method, path, { token, ...(body && { body }) });
  const { images } = (await ask('GET', '/v2/images?limit=3&tag=env%3Dprod')).json<{
    images: { id: string }[];
  }>();
  for (const { id } of images) {
    await ask('PUT', `/v2/images/${id}/tags/reviewed`);
    await ask('DELETE', `/v2/images/${id}/tags/reviewed`);
  }
  await ask('GET', `/v2/${given().projectId}/images/${images[0]?.id ?? ''}/tags`);
  await ask('PUT', '/v1/cloudimages/tags', {
    image_id: images[0]?.id,
    image_tag: { key: 'huawei-sample', value: 'x' },
  });
  await ask('DELETE', `/v2/images/${images[0]?.id ?? ''}/tags/huawei-sample%3Dx`);
}

test.each(looks)('looks right: $look', async ({ look, colorScheme, width }) => {
  const height = width === 390 ? 844 : 900;
  const page = await given().open({ viewport: { width, height }, colorScheme, bypassCSP: true });
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(await axeViolations(page)).toEqual([]);
  await signIn(page, 'admin');
  await traffic();
  for (const [name, show] of Object.entries(pages)) {
    if (name !== 'statistics' && name !== 'requests') {
      await page.goto('/console/#/images');
      await hasValue(searchField(page), '');
    }
    await show(page);
    await checkLook(page, name, look);
  }
  for (const [name, open] of Object.entries(dialogs)) {
    await open(page);
    await page.getByRole('dialog').waitFor();
    await checkLook(page, name, look);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
  await page.getByRole('button', { name: 'Theme' }).click();
  await page.getByRole('menu').waitFor();
  expect(await axeViolations(page)).toEqual([]);
});

async function checkLook(page: Page, name: string, look: string): Promise<void> {
  expect([name, await overhang(page)]).toEqual([name, 0]);
  expect([name, await axeViolations(page)]).toEqual([name, []]);
  const path = pathOf(`${name}-${look}`);
  await page.evaluate('scrollTo(0, 0)');
  await page.screenshot({ path, animations: 'disabled' });
  expect(statSync(path).size).toBeLessThan(400_000);
}

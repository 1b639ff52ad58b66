import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { axeViolations, consoleSite, overhang, signIn } from './site';

jest.setTimeout(120_000);

const given = consoleSite();

const temporary = mkdtempSync(join(tmpdir(), 'tagway-pictures-'));
afterAll(() => {
  rmSync(temporary, { recursive: true, force: true });
});

/** Those that the documentation shows; `npm run console:pictures` names its folder. */
const shown = ['images-light', 'image-light', 'image-narrow', 'statistics-dark', 'requests-light'];

function pathOf(picture: string): string {
  const folder = shown.includes(picture) ? process.env['CONSOLE_PICTURES'] : undefined;
  return join(folder ?? temporary, `console-${picture}.png`);
}

const looks = [
  { look: 'light', colorScheme: 'light', width: 1280 },
  { look: 'dark', colorScheme: 'dark', width: 1280 },
  { look: 'narrow', colorScheme: 'light', width: 390 },
  { look: 'narrow-dark', colorScheme: 'dark', width: 390 },
] as const;

/** Each view with something in it to look at. */
const views: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  images: async (page) => {
    await page.getByLabel('Search by tags').fill('env=prod -os=windows');
    await page.getByLabel('Search by tags').press('Enter');
    await page.getByText('of 16').waitFor();
  },
  image: async (page) => {
    await page
      .getByRole('link', { name: /^rocky|^ubuntu|^debian/ })
      .first()
      .click();
    await page.getByRole('radio', { name: 'Huawei v1' }).check();
    await page.getByLabel('New tag').fill('checked=yes');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByText('Added checked=yes through Huawei v1.').waitFor();
    await page.getByRole('button', { name: 'Remove checked=yes' }).click();
    await page.getByText('Removed checked=yes').waitFor();
  },
  statistics: async (page) => {
    await page.getByRole('link', { name: 'Statistics' }).click();
    await page.getByRole('heading', { name: 'Growth' }).waitFor();
  },
  requests: async (page) => {
    await page.getByRole('link', { name: 'Requests' }).click();
    await page
      .getByRole('button', { name: /DELETE/ })
      .first()
      .click();
    await page.getByRole('heading', { name: 'Answer' }).waitFor();
  },
};

/** The more there is to see, the more is shown. */
const heights: Readonly<Record<string, number>> = { image: 1080, statistics: 900 };

test.each(looks)('looks right: $look', async ({ look, colorScheme, width }) => {
  const heightOf = (view: string): number => (width === 390 ? 844 : (heights[view] ?? 760));
  const page = await given().open({ viewport: { width, height: 760 }, colorScheme, bypassCSP: true });
  expect(await axeViolations(page)).toEqual([]);
  await signIn(page, 'admin');
  for (const [view, show] of Object.entries(views)) {
    await page.setViewportSize({ width, height: heightOf(view) });
    await show(page);
    expect([view, await overhang(page)]).toEqual([view, 0]);
    expect([view, await axeViolations(page)]).toEqual([view, []]);
    const path = pathOf(`${view}-${look}`);
    await page.evaluate('scrollTo(0, 0)');
    await page.screenshot({ path, animations: 'disabled' });
    expect(statSync(path).size).toBeLessThan(150_000);
  }
});

import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';

/** Debian's package; nothing is downloaded. */
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

type Options = NonNullable<Parameters<Browser['newContext']>[0]>;

/**
 * A browser for a test file. @returns opens the console of the gateway at `baseURL` in a tab of its own, which ends
 * with the test; errors in it fail the test
 */
export function testBrowser(): (options: Options) => Promise<Page> {
  let browser: Browser | undefined;
  const contexts = new Set<BrowserContext>();
  /** What pages should never have: errors, and requests or scripts that their policy refuses. */
  const faults: string[] = [];
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
  }, 120_000);
  afterEach(async () => {
    const found = faults.splice(0);
    for (const context of contexts) await context.close();
    contexts.clear();
    expect(found).toEqual([]);
  });
  afterAll(() => browser?.close());
  return async (options) => {
    if (!browser) throw new Error('testBrowser() is there only inside tests');
    const context = await browser.newContext(options);
    contexts.add(context);
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      // The browser notes refusals by the server and requests that a test cuts off.
      const isRefusal = /^Failed to load resource: (?:the server responded|net::ERR_FAILED)/.test(
        message.text(),
      );
      if (message.type() === 'error' && !isRefusal) faults.push(message.text());
    });
    await page.goto('/console/');
    return page;
  };
}

export async function said(page: Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).first().waitFor();
}

/**
 * Waits until an expression is true in the page. The page's own way to wait evaluates text in it, which its policy
 * refuses unless it is true at once.
 */
export async function becomesTrue(page: Page, expression: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await page.evaluate<boolean>(expression)) return;
    await page.waitForTimeout(50);
  }
  throw new Error(`still not true: ${expression}`);
}

/** Waits until a field has this value: a page writes it after it has drawn. */
export async function hasValue(field: Locator, value: string): Promise<void> {
  for (let tries = 0; tries < 200 && (await field.inputValue()) !== value; tries++) await sleep(50);
  expect(await field.inputValue()).toBe(value);
}

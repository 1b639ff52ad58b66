import type { Locator, Page } from 'playwright-core';
import { Webhook } from 'standardwebhooks';
import { keepSecret } from '../../support/secrets';
import { send } from '../../support/wire';
import { until } from '../../support/until';
import { Receiver } from '../../webhooks/receiver';
import { becomesTrue, said } from './browser';
import { axeViolations, consoleSite, overhang, signIn } from './site';

jest.setTimeout(120_000);

/* Webhooks from their creation to their deletion, with deliveries to a real receiver; narrow at 390 and 768 px. */
const given = consoleSite({ images: 1, env: { TAGWAY_WEBHOOK_NETWORKS: '127.0.0.0/8' } });
const without = consoleSite({ images: 1, env: { TAGWAY_HISTORY_DAYS: 'off' } });

const receivers: Receiver[] = [];
afterEach(() => {
  for (const receiver of receivers.splice(0)) receiver.close();
});

async function aReceiver(): Promise<Receiver> {
  const receiver = await new Receiver().listen();
  receivers.push(receiver);
  return receiver;
}

type OpenOptions = Parameters<ReturnType<typeof given>['open']>[0];

async function openWebhooks(options: OpenOptions = {}): Promise<Page> {
  const page = await given().open({ bypassCSP: true, ...options });
  await signIn(page);
  await page.goto('/console#/webhooks');
  await page.getByRole('button', { name: 'Create webhook' }).waitFor();
  return page;
}

async function create(page: Page, url: string, selector = ''): Promise<string> {
  await page.getByRole('button', { name: 'Create webhook' }).click();
  await page.getByLabel('Address').fill(url);
  await page.getByLabel('Selector').fill(selector);
  await page.getByLabel('Selector').press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Webhook created' });
  const secret = await dialog.locator('code').innerText();
  keepSecret(secret);
  expect(await axeViolations(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Copy the secret' }).waitFor();
  await dialog.getByRole('button', { name: 'Done' }).click();
  return secret;
}

async function remove(page: Page, row: Locator): Promise<void> {
  const rows = await page.locator('table.webhooks tbody tr').count();
  await row.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete webhook' }).click();
  await becomesTrue(
    page,
    `document.querySelectorAll('table.webhooks tbody tr').length === ${String(rows - 1)}`,
  );
}

test('a webhook is created, tested, disabled, enabled and deleted; its secret is shown once', async () => {
  const { seen, url } = await aReceiver();
  const page = await openWebhooks();
  await said(page, 'No webhooks yet');
  const secret = await create(page, url, 'golden');
  expect(secret).toMatch(/^whsec_/);
  await page.reload();
  const row = page.locator('table.webhooks tbody tr').filter({ hasText: url });
  await row.getByText('enabled').waitFor();
  expect(await page.getByText(secret).count()).toBe(0);
  await row.getByRole('button', { name: 'Test' }).click();
  await until(() => seen.length === 1);
  const body = { name: 'hooked', tags: ['golden'] };
  await send(given().port, 'POST', '/v2/images', { token: given().alice, body });
  await until(() => seen.length === 2);
  await row.getByRole('button', { name: 'Deliveries' }).click();
  const deliveries = page.getByRole('dialog', { name: 'Deliveries' });
  for (let n = 0; n < 20 && (await deliveries.getByText('delivered').count()) < 2; n++) {
    await deliveries.getByRole('button', { name: 'Reload' }).click();
    await page.waitForTimeout(200);
  }
  expect(await deliveries.locator('tbody tr').allInnerTexts()).toEqual([
    expect.stringMatching(/Revision 1[^]*delivered[^]*204/),
    expect.stringMatching(/Test[^]*delivered[^]*204/),
  ]);
  expect(await axeViolations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await row.getByRole('button', { name: 'Disable' }).press('Enter');
  await row.getByText('disabled').waitFor();
  await row.getByRole('button', { name: 'Enable' }).press('Enter');
  await row.getByText('enabled').waitFor();
  await remove(page, row);
  await said(page, 'No webhooks yet');
});

test('a webhook is edited, and its secret replaced; both secrets verify for a day', async () => {
  const [before, after] = [await aReceiver(), await aReceiver()];
  const page = await openWebhooks({ viewport: { width: 768, height: 900 } });
  const secrets = [await create(page, before.url, 'golden')];
  const row = page.locator('table.webhooks tbody tr').first();
  await row.getByRole('button', { name: 'Edit' }).press('Enter');
  const form = page.getByRole('dialog', { name: 'Edit webhook' });
  expect(await form.getByLabel('Address').inputValue()).toBe(before.url);
  expect([await overhang(page), await axeViolations(page)]).toEqual([0, []]);
  await form.getByLabel('Address').fill('ftp://ci.example.com/');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByRole('alert').filter({ hasText: 'url: It must begin with https://.' }).waitFor();
  await form.getByLabel('Address').fill(after.url);
  await form.getByLabel('Selector').fill('');
  await form.getByLabel('Selector').press('Enter');
  await row.getByText(after.url).waitFor();
  await row.getByRole('cell', { name: 'All', exact: true }).waitFor();
  await row.getByRole('button', { name: 'Rotate secret' }).press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate secret' }).click();
  const shown = page.getByRole('dialog', { name: 'Secret rotated' });
  secrets.push(await shown.locator('code').innerText());
  keepSecret(secrets[1]);
  await shown.getByText(/Until .* the one before is valid, too/).waitFor();
  expect([await overhang(page), await axeViolations(page)]).toEqual([0, []]);
  await shown.getByRole('button', { name: 'Done' }).click();
  await row.getByRole('button', { name: 'Test' }).click();
  await until(() => after.seen.length === 1);
  const { body = '', headers = {} } = after.seen[0] ?? {};
  for (const secret of secrets) new Webhook(secret).verify(body, headers as Record<string, string>);
  expect([before.seen.length, secrets[0] === secrets[1]]).toEqual([0, false]);
  expect([await overhang(page), await axeViolations(page)]).toEqual([0, []]);
  await remove(page, row);
});

test('a refusal is said in words, and what was typed stays', async () => {
  const page = await openWebhooks();
  await page.getByRole('button', { name: 'Create webhook' }).click();
  const alert = page.getByRole('dialog').getByRole('alert');
  await page.getByLabel('Address').fill('ftp://ci.example.com/tags');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await alert.filter({ hasText: 'url: It must begin with https://.' }).waitFor();
  await page.getByLabel('Address').fill('https://ci.example.com/tags');
  await page.getByLabel('Selector').fill('env in (');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await alert.filter({ hasText: /selector: Expected .* at character/ }).waitFor();
  expect(await page.getByLabel('Address').inputValue()).toBe('https://ci.example.com/tags');
  expect(await axeViolations(page)).toEqual([]);
});

test.each(['light', 'dark'] as const)('failed deliveries and a narrow window (%s)', async (colorScheme) => {
  const receiver = await aReceiver();
  receiver.reaction = (res) => res.writeHead(500).end();
  const page = await openWebhooks({ colorScheme, viewport: { width: 390, height: 800 } });
  await create(page, receiver.url);
  await send(given().port, 'POST', '/v2/images', {
    token: given().alice,
    body: { name: 'unheard', tags: ['x'] },
  });
  await until(() => receiver.seen.length > 0);
  const row = page.locator('table.webhooks tbody tr').filter({ hasText: receiver.url });
  for (let n = 0; n < 20 && (await row.getByText('1 attempt failed').count()) === 0; n++) {
    await page.reload();
    await row.waitFor();
  }
  await said(page, '1 attempt failed');
  expect([await overhang(page), await axeViolations(page)]).toEqual([0, []]);
  await row.getByRole('button', { name: 'Deliveries' }).click();
  await page.getByRole('dialog').getByText('failed').waitFor();
  expect([await overhang(page), await axeViolations(page)]).toEqual([0, []]);
  await page.setViewportSize({ width: 768, height: 900 });
  expect([await overhang(page), await axeViolations(page)]).toEqual([0, []]);
  await page.keyboard.press('Escape');
  expect([await overhang(page), await axeViolations(page)]).toEqual([0, []]);
  await remove(page, row);
});

test('without a history the page says which setting it is', async () => {
  const page = await without().open();
  await signIn(page);
  await page.goto('/console#/webhooks');
  await said(page, 'TAGWAY_HISTORY_DAYS');
});

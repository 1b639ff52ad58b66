import { startTestGateway } from '../../support/gateway';
import { consoleSite, signIn } from './site';

jest.setTimeout(120_000);

const given = consoleSite({ env: {} });

test('where there is no journal the page says how to get one', async () => {
  const page = await given().open();
  await signIn(page, 'admin');
  await page.getByRole('link', { name: 'Requests' }).click();
  await page.getByText('TAGWAY_ADMIN=on').waitFor();
});

test('where no credentials are needed the images are there at once', async () => {
  const open = await startTestGateway({ env: { TAGWAY_IDENTITY: 'none' } });
  const page = await given().open({ baseURL: open.url });
  await page.getByText('No images yet').waitFor();
  expect(await page.getByRole('region', { name: 'Commands' }).textContent()).toContain(
    'openstack image create',
  );
  expect(await page.getByRole('button', { name: /^Account/ }).count()).toBe(0);
  await page.goto('about:blank');
  await open.close();
});

import { consoleSite, signIn } from './site';

jest.setTimeout(120_000);

const given = consoleSite({});

test('where there is no journal the live view tells how to get one', async () => {
  const page = await given().open();
  await signIn(page, 'admin');
  await page.getByRole('link', { name: 'Requests' }).click();
  await page.getByText('TAGWAY_ADMIN=on').waitFor();
});

import { send } from '../../support/wire';
import { said } from './browser';
import { consoleSite, signIn, signOut } from './site';

jest.setTimeout(120_000);

const given = consoleSite();

describe('signing in', () => {
  test('with a wrong password shows what the gateway says, and keeps nothing', async () => {
    const page = await given().open();
    await page.getByLabel('User').fill('alice');
    await page.locator('input[type=password]').fill('wrong');
    await page.getByLabel('Project').fill('alpha');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').filter({ hasText: '401: ' }).waitFor();
    expect(await page.getByRole('alert').innerText()).toMatch(
      /^401: The request you have made requires authentication/,
    );
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });

  test('keeps the token in the tab, and signing out ends it', async () => {
    const page = await given().open();
    await signIn(page);
    const token = await page.evaluate<string>("sessionStorage.getItem('tagway.token')");
    expect(await page.evaluate('localStorage.length + document.cookie.length')).toBe(0);
    await page.reload();
    await said(page, '1–20 of 64 images');
    expect((await send(given().port, 'GET', '/console/api/session', { token })).status).toBe(200);
    await signOut(page);
    await said(page, 'You are signed out.');
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    const gone = async (): Promise<number> =>
      (await send(given().port, 'GET', '/console/api/session', { token })).status;
    for (let attempt = 0; attempt < 50 && (await gone()) !== 401; attempt++) await page.waitForTimeout(100);
    expect(await gone()).toBe(401);
  });

  test('takes a token, which belongs to somebody else and stays valid', async () => {
    const page = await given().open();
    await page.getByRole('radio', { name: 'Token' }).check();
    await page.getByLabel('Project token').fill('not-a-token');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').filter({ hasText: '401: A token is needed' }).waitFor();
    await page.getByLabel('Project token').fill(given().alice);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await said(page, 'of 64 images');
    await signOut(page);
    await said(page, 'You are signed out.');
    const { status } = await send(given().port, 'GET', '/console/api/session', { token: given().alice });
    expect(status).toBe(200);
  });

  test('is asked for again when the token has expired', async () => {
    const page = await given().open();
    await signIn(page);
    const token = await page.evaluate<string>("sessionStorage.getItem('tagway.token')");
    await send(given().port, 'DELETE', '/v3/auth/tokens', { token, headers: { 'X-Subject-Token': token } });
    await page.getByRole('link', { name: 'Statistics' }).click();
    await said(page, 'Your session has expired');
  });
});

import { send } from '../../support/wire';
import { said } from './browser';
import { consoleSite, imageCount, signIn } from './site';

jest.setTimeout(120_000);

const given = consoleSite();

describe('signing in', () => {
  test('with a wrong password tells what the gateway says, and keeps nothing', async () => {
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
    await said(page, `Images 1 to 20 of ${String(imageCount)}`);
    expect((await send(given().port, 'GET', '/console/api/session', { token })).status).toBe(200);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await said(page, 'You are signed out.');
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    const gone = async (): Promise<number> =>
      (await send(given().port, 'GET', '/console/api/session', { token })).status;
    for (let attempt = 0; attempt < 50 && (await gone()) !== 401; attempt++) await page.waitForTimeout(100);
    expect(await gone()).toBe(401);
  });

  test('takes a token, which is somebody else\u2019s and stays good', async () => {
    const page = await given().open();
    await page.getByRole('radio', { name: 'Token' }).check();
    await page.getByLabel('Token of a project').fill('not-a-token');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').filter({ hasText: '401: A token is needed' }).waitFor();
    await page.getByLabel('Token of a project').fill(given().alice);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await said(page, `of ${String(imageCount)}`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await said(page, 'You are signed out.');
    const { status } = await send(given().port, 'GET', '/console/api/session', { token: given().alice });
    expect(status).toBe(200);
  });

  test('is asked for again when the token has ended', async () => {
    const page = await given().open();
    await signIn(page);
    const token = await page.evaluate<string>("sessionStorage.getItem('tagway.token')");
    await send(given().port, 'DELETE', '/v3/auth/tokens', { token, headers: { 'X-Subject-Token': token } });
    await page.getByRole('link', { name: 'Statistics' }).click();
    await said(page, 'Your token has ended');
  });
});

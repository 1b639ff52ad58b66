/** By what clients of OpenStack read from the environment. @returns a token @throws Error when it is refused */
export async function signIn(env: Readonly<Record<string, string>>): Promise<string> {
  const domain = { name: env['OS_USER_DOMAIN_NAME'] };
  const user = { name: env['OS_USERNAME'], password: env['OS_PASSWORD'], domain };
  const scope = {
    project: { name: env['OS_PROJECT_NAME'], domain: { name: env['OS_PROJECT_DOMAIN_NAME'] } },
  };
  const answer = await fetch(`${String(env['OS_AUTH_URL'])}/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ auth: { identity: { methods: ['password'], password: { user } }, scope } }),
  });
  const token = answer.headers.get('X-Subject-Token');
  if (token === null)
    throw new Error(`the login was answered ${String(answer.status)}: ${await answer.text()}`);
  return token;
}

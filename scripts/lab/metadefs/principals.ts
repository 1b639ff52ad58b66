const people: Readonly<Record<string, string>> = {
  alice: 'alpha',
  carol: 'alpha',
  bob: 'beta',
  'reader-user': 'alpha',
  admin: 'admin',
};

interface Token {
  readonly token: { readonly project?: { readonly id: string }; readonly user: { readonly id: string } };
}

/** Tokens and ids by the names that recordings give them. */
export async function principals(keystone: string, password: string): Promise<Map<string, string>> {
  const known = new Map<string, string>();
  const logIn = async (name: string, scope: unknown): Promise<{ token: string; shown: Token }> => {
    const user = { name, password, domain: { id: 'default' } };
    const auth = { identity: { methods: ['password'], password: { user } }, scope };
    const answer = await call(keystone, 'POST', '/auth/tokens', { auth });
    return { token: answer.headers.get('x-subject-token') ?? '', shown: (await answer.json()) as Token };
  };
  for (const [name, project] of Object.entries(people)) {
    const { token, shown } = await logIn(name, { project: { name: project, domain: { id: 'default' } } });
    known.set(`TOKEN:${name}`, token);
    known.set(`PROJECT:${project}`, shown.token.project?.id ?? '');
    known.set(`USER:${name}`, shown.token.user.id);
  }
  const admin = known.get('TOKEN:admin') ?? '';
  await grantDomain(keystone, admin, known.get('USER:admin') ?? '');
  known.set('TOKEN:unscoped', (await logIn('admin', 'unscoped')).token);
  known.set('TOKEN:domain', (await logIn('admin', { domain: { id: 'default' } })).token);
  known.set('TOKEN:system', (await logIn('admin', { system: { all: true } })).token);
  known.set('TOKEN:bad', 'not-a-token');
  return known;
}

/** A Keystone gives a token for a domain only with a role on it. */
async function grantDomain(keystone: string, token: string, user: string): Promise<void> {
  const found = await call(keystone, 'GET', '/roles?name=admin', undefined, token);
  const { roles } = (await found.json()) as { roles: readonly { id: string }[] };
  const role = roles[0]?.id ?? '';
  await call(keystone, 'PUT', `/domains/default/users/${user}/roles/${role}`, undefined, token);
}

async function call(
  keystone: string,
  method: string,
  path: string,
  body?: unknown,
  token = '',
): Promise<Response> {
  const answer = await fetch(keystone + path, {
    method,
    headers: { 'Content-Type': 'application/json', ...(token !== '' && { 'X-Auth-Token': token }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (answer.ok) return answer;
  throw new Error(`${method} ${path}: ${String(answer.status)} ${await answer.text()}`);
}

import { testGateway } from '../../support/gateway';
import { closeIdleSockets } from '../../support/wire';
import { callsOf, callsWith, namesIn } from './administration';
import { logIn, refusal } from './people';

const given = testGateway();
afterAll(closeIdleSockets);
const admin = () => callsOf(given(), 'root', 'admin');

const login = (name: string, domain: string, password: string, scope?: object) => {
  const user = { name, domain: { id: domain }, password };
  return logIn(given(), {
    auth: { identity: { methods: ['password'], password: { user } }, ...(scope ? { scope } : {}) },
  });
};

describe('domains', () => {
  test('one is made, found by name, renamed, and goes only when it is disabled', async () => {
    const { make, get, patch, remove, post } = await admin();
    const domain = await make('domains', { name: 'acme', description: 'a company' });
    expect(domain).toMatchObject({ name: 'acme', description: 'a company', enabled: true, tags: [] });
    expect(namesIn(await get('domains?name=acme'), 'domains')).toEqual(['acme']);
    expect(refusal(await post('domains', { domain: { name: 'acme' } }))).toMatchObject({ status: 409 });
    expect(refusal(await remove(`domains/${domain.id}`))).toMatchObject({ status: 403 });
    expect((await patch(`domains/${domain.id}`, { domain: { enabled: false } })).status).toBe(200);
    expect((await remove(`domains/${domain.id}`)).status).toBe(204);
    expect(refusal(await get(`domains/${domain.id}`))).toEqual({
      status: 404,
      title: 'Not Found',
      message: `Could not find domain: ${domain.id}.`,
    });
  });

  test('a name is unique within its domain, and a login finds the right one', async () => {
    const { make, post } = await admin();
    const one = await make('domains', { name: 'first' });
    const other = await make('domains', { name: 'second' });
    for (const { id } of [one, other]) {
      await make('users', { name: 'twin', domain_id: id, password: `p of ${id}` });
      await make('projects', { name: 'same', domain_id: id });
    }
    const again = { user: { name: 'twin', domain_id: one.id } };
    expect(refusal(await post('users', again))).toEqual({
      status: 409,
      title: 'Conflict',
      message: `Conflict occurred attempting to store user - Duplicate entry found with name twin at domain ID ${one.id}.`,
    });
    expect((await login('twin', one.id, `p of ${one.id}`)).status).toBe(201);
    expect((await login('twin', one.id, `p of ${other.id}`)).status).toBe(401);
    const answer = await login('twin', other.id, `p of ${other.id}`);
    expect(answer.json<{ token: unknown }>().token).toMatchObject({
      user: { name: 'twin', domain: { id: other.id, name: 'second' } },
    });
  });

  test('a disabled domain lets nobody in, and ends tokens for good', async () => {
    const { make, patch } = await admin();
    const domain = await make('domains', { name: 'closing' });
    await make('users', { name: 'inside', domain_id: domain.id, password: 'p' });
    const token = String((await login('inside', domain.id, 'p')).headers['x-subject-token']);
    const shows = async (): Promise<number> => {
      return (await callsWith(given(), (await admin()).person, token).get('auth/projects')).status;
    };
    expect(await shows()).toBe(200);
    await patch(`domains/${domain.id}`, { domain: { enabled: false } });
    expect([await shows(), (await login('inside', domain.id, 'p')).status]).toEqual([401, 401]);
    await patch(`domains/${domain.id}`, { domain: { enabled: true } });
    expect([await shows(), (await login('inside', domain.id, 'p')).status]).toEqual([401, 201]);
  });
});

describe('projects', () => {
  test('stand below each other, five deep, and a leaf goes first', async () => {
    const { make, remove, post } = await admin();
    const top = await make('projects', { name: 'level 1', description: 'top' });
    expect(top).toMatchObject({ domain_id: 'default', parent_id: 'default', is_domain: false });
    let parent = top;
    for (const level of [2, 3, 4]) {
      parent = await make('projects', { name: `level ${String(level)}`, parent_id: parent.id });
    }
    const deeper = { project: { name: 'level 5', parent_id: parent.id } };
    expect(refusal(await post('projects', deeper))).toMatchObject({ status: 403 });
    expect(refusal(await remove(`projects/${top.id}`))).toMatchObject({ status: 403 });
    expect((await remove(`projects/${parent.id}`)).status).toBe(204);
  });

  test('have tags, options and whatever else was sent', async () => {
    const { make, get, put, remove, patch } = await admin();
    const project = await make('projects', { name: 'tagged', tags: ['a', 'b'], colour: 'red' });
    expect(project).toMatchObject({ tags: ['a', 'b'], colour: 'red' });
    const path = `projects/${project.id}`;
    expect((await put(`${path}/tags/c`)).status).toBe(201);
    expect((await get(`${path}/tags/c`)).status).toBe(204);
    expect((await remove(`${path}/tags/a`)).status).toBe(204);
    expect(refusal(await remove(`${path}/tags/a`))).toMatchObject({ status: 404 });
    expect((await get(`${path}/tags`)).json()).toMatchObject({ tags: ['b', 'c'] });
    expect(namesIn(await get('projects?tags=b,c'), 'projects')).toEqual(['tagged']);
    expect(namesIn(await get('projects?tags=b,x'), 'projects')).toEqual([]);
    const changed = await patch(path, { project: { size: 5, options: { immutable: true } } });
    expect(changed.json()).toMatchObject({ project: { colour: 'red', size: 5 } });
    expect(refusal(await remove(path))).toMatchObject({ status: 403 });
    expect((await patch(path, { project: { options: { immutable: null } } })).status).toBe(200);
    expect((await remove(path)).status).toBe(204);
  });

  test('stay in their domain and below their parent', async () => {
    const { make, patch } = await admin();
    const project = await make('projects', { name: 'fixed' });
    const path = `projects/${project.id}`;
    expect(refusal(await patch(path, { project: { domain_id: 'x' } }))).toMatchObject({ status: 400 });
    expect(refusal(await patch(path, { project: { parent_id: 'x' } }))).toMatchObject({ status: 403 });
    expect((await patch(path, { project: { parent_id: 'default', name: 'moved' } })).status).toBe(200);
  });
});

describe('lists', () => {
  test.each([
    ['name=alpha-x', ['alpha-x']],
    ['name__contains=pha', ['alpha-x', 'alpha-y']],
    ['name__contains=PHA', []],
    ['name__icontains=PHA', ['alpha-x', 'alpha-y']],
    ['name__startswith=alpha&enabled=false', ['alpha-y']],
    ['name__startswith=alpha&enabled=0', ['alpha-y']],
    ['name__startswith=alpha&enabled', ['alpha-x']],
    ['name__endswith=-y', ['alpha-y']],
    ['name__startswith=alpha&domain_id=elsewhere', []],
    ['name__startswith=alpha&name__between=a', ['alpha-x', 'alpha-y']],
    ['name__startswith=alpha&size=5', ['alpha-x', 'alpha-y']],
  ])('?%s', async (query, expected) => {
    const { get, post } = await admin();
    await post('groups', { group: { name: 'not a project' } });
    for (const [name, enabled] of [
      ['alpha-x', true],
      ['alpha-y', false],
    ]) {
      await post('projects', { project: { name, enabled } });
    }
    expect(namesIn(await get(`projects?${query}`), 'projects')).toEqual(expected);
  });
});

describe('users', () => {
  test('change their own password with the old one, and all older tokens end', async () => {
    const { make, post, person } = await admin();
    const user = await make('users', { name: 'changer', password: 'old', email: 'c@example.org' });
    expect(user).toMatchObject({ email: 'c@example.org', enabled: true, domain_id: 'default' });
    expect(user).not.toHaveProperty('password');
    const token = String((await login('changer', 'default', 'old')).headers['x-subject-token']);
    const body = (original: string) => ({ user: { password: 'new', original_password: original } });
    expect(refusal(await post(`users/${user.id}/password`, body('wrong')))).toMatchObject({ status: 401 });
    expect((await post(`users/${user.id}/password`, body('old'))).status).toBe(204);
    expect((await login('changer', 'default', 'old')).status).toBe(401);
    expect((await login('changer', 'default', 'new')).status).toBe(201);
    expect((await callsWith(given(), person, token).get('auth/projects')).status).toBe(401);
  });

  test('guesses at the old password count as logins that are tried', async () => {
    const { make, post } = await admin();
    const user = await make('users', { name: 'guessed', password: 'old' });
    const change = async (original: string): Promise<number> =>
      (await post(`users/${user.id}/password`, { user: { password: 'new', original_password: original } }))
        .status;
    for (let wrong = 0; wrong < 20; wrong++) expect(await change(`guess ${String(wrong)}`)).toBe(401);
    expect(await change('old')).toBe(401);
    expect((await login('guessed', 'default', 'old')).status).toBe(401);
  });

  test('a user without a password cannot log in', async () => {
    const { make } = await admin();
    await make('users', { name: 'passwordless' });
    for (const password of ['', 'null', 'x']) {
      expect((await login('passwordless', 'default', password)).status).toBe(401);
    }
  });
});

test.each([
  ['users', { name: '' }],
  ['users', { name: 5 }],
  ['users', {}],
  ['users', { name: 'n\u0000' }],
  ['users', { name: 'n', enabled: 'yes' }],
  ['projects', { name: 'x'.repeat(65) }],
  ['projects', { name: 'n', tags: ['a,b'] }],
  ['projects', { name: 'n', extra: 'a\ud800' }],
  ['endpoints', { interface: 'public', service_id: 'none', url: 'http://x' }],
  ['endpoints', { interface: 'private', service_id: 'none', url: 'http://x' }],
])('POST /v3/%s %j is 400', async (plural, attributes) => {
  const { post } = await admin();
  const singular = plural.replace(/s$/, '');
  expect(refusal(await post(plural, { [singular]: attributes }))).toMatchObject({ status: 400 });
});

test.each(['users', 'groups', 'roles', 'services', 'endpoints', 'policies', 'role_assignments'])(
  'a member is refused at GET /v3/%s by the name of the action',
  async (plural) => {
    const { get } = await callsOf(given(), 'alice', 'member');
    expect(refusal(await get(plural))).toEqual({
      status: 403,
      title: 'Forbidden',
      message: `You are not authorized to perform the requested action: identity:list_${plural}.`,
    });
  },
);

test.each(['domains', 'projects', 'users', 'groups', 'roles', 'services', 'regions', 'policies'])(
  'a member makes none of /v3/%s',
  async (plural) => {
    const { post } = await callsOf(given(), 'alice', 'member');
    const singular = plural.replace(/ies$/, 'y').replace(/s$/, '');
    const body = { [singular]: { name: 'n', type: 't', blob: 'b' } };
    expect(refusal(await post(plural, body))).toMatchObject({
      status: 403,
      message: `You are not authorized to perform the requested action: identity:create_${singular}.`,
    });
  },
);

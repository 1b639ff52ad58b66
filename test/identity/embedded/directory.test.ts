import { newId } from '../../../src/identity/ids';
import { createDatabase, dropDatabase, testDatabase } from '../../support/database';
import {
  anIdentity,
  authenticate,
  byPassword,
  inProject,
  signed,
  somebody,
  TestClock,
  tokenFor,
} from '../some-identity';

const given = testDatabase();
const clock = new TestClock();

async function everything() {
  const rows = (table: string) =>
    given().database.query({ text: `select * from ${table} order by 1, 2, 3` }, []);
  return Promise.all(
    ['identity_projects', 'identity_users', 'identity_assignments', 'identity_access_keys'].map(rows),
  );
}

test('the same seed twice changes nothing', async () => {
  const { directory, accessKeys } = anIdentity(given(), clock);
  const apply = async (): Promise<void> => {
    const byName = await directory.ensureProject({ name: 'alpha' });
    const byId = await directory.ensureProject({ id: 'eu-de_beta', name: 'beta' });
    const user = await directory.ensureUser({ name: 'alice', password: 'p' });
    await directory.setRoles(byName.id, user.id, ['member', 'member']);
    await directory.setRoles(byId.id, user.id, ['reader', 'strange']);
    await accessKeys.ensure({ access: 'AKALICE', secret: 's', userId: user.id, projectId: byName.id });
  };
  await apply();
  const first = await everything();
  await apply();
  expect(await everything()).toEqual(first);
  await Promise.all([apply(), apply()]);
  expect(await everything()).toEqual(first);
});

test('another password in the seed is applied and ends tokens, another secret too', async () => {
  const identity = anIdentity(given(), clock);
  const who = await somebody(identity, 'member');
  const token = await tokenFor(identity, byPassword(who, inProject(who)));
  await identity.directory.ensureUser({ name: who.user.name, password: who.password });
  expect(await authenticate(identity, token)).toHaveProperty('caller');
  await identity.directory.ensureUser({ name: who.user.name, password: 'another' });
  expect(await authenticate(identity, token)).toEqual({ fault: 'token-invalid' });
  await tokenFor(identity, byPassword({ ...who, password: 'another' }, inProject(who)));

  const key = { access: 'AKCHANGES', userId: who.user.id, projectId: who.project.id };
  const call = (secret: string) =>
    identity.authenticator.authenticate(signed({ ...key, secret }, clock.now()));
  await identity.accessKeys.ensure({ ...key, secret: 'one' });
  expect(await call('one')).toHaveProperty('caller');
  await identity.accessKeys.ensure({ ...key, secret: 'two' });
  expect(await call('one')).toEqual({ fault: 'signature-wrong' });
  expect(await call('two')).toHaveProperty('caller');
});

test('projects and users are found by name or by id', async () => {
  const { directory } = anIdentity(given(), clock);
  const project = await directory.createProject({ name: 'findable' });
  const user = await directory.createUser({ name: 'findable', password: 'p' });
  expect(await directory.requireProject('findable')).toEqual(project);
  expect(await directory.requireProject(project.id)).toEqual(project);
  expect(await directory.requireUser(user.id)).toEqual(user);
  await expect(directory.requireUser('nobody')).rejects.toThrow('there is no user "nobody"');
});

test('a name or an id that belongs to another is refused', async () => {
  const { directory } = anIdentity(given(), clock);
  const [one, two] = [newId(), newId()];
  await directory.createProject({ id: one, name: 'one' });
  await directory.createUser({ id: one, name: 'one', password: 'p' });
  for (const seed of [
    { id: two, name: 'one' },
    { id: one, name: 'two' },
  ]) {
    await expect(directory.ensureProject(seed)).rejects.toMatchObject({ refusal: { kind: 'exists' } });
    await expect(directory.createProject(seed)).rejects.toMatchObject({ refusal: { kind: 'exists' } });
    await expect(directory.ensureUser({ ...seed, password: 'p' })).rejects.toMatchObject({
      refusal: { kind: 'exists' },
    });
  }
  await expect(directory.createUser({ name: 'one', password: 'p' })).rejects.toMatchObject({
    refusal: { kind: 'exists' },
  });
});

test('forms that cannot be are refused in a sentence that holds no password', async () => {
  const { directory } = anIdentity(given(), clock, { reservedProjectIds: ['images'] });
  await expect(directory.createProject({ id: 'images', name: 'x' })).rejects.toThrow(
    '"images" cannot be the id of a project',
  );
  await expect(directory.createProject({ name: '' })).rejects.toThrow('cannot be the name of a project');
  await expect(directory.createUser({ id: 'alice', name: 'x', password: 'p' })).rejects.toThrow(
    '32 hex digits',
  );
  await expect(directory.createUser({ name: 'x\u0000', password: 'hidden' })).rejects.toThrow(
    /^(?!.*hidden)/,
  );
  await expect(directory.createUser({ name: 'x', password: '' })).rejects.toThrow('must not be empty');
});

describe('the first users', () => {
  test('are made when the directory is empty, with a key pair, and can be used with what was saved', async () => {
    const fresh = await createDatabase();
    try {
      const identity = anIdentity(fresh, clock);
      const saved: unknown[] = [];
      const save = (made: unknown): Promise<void> => {
        saved.push(made);
        return Promise.resolve();
      };
      const [made, none] = await Promise.all([
        identity.bootstrap(save),
        anIdentity(fresh, clock).bootstrap(save),
      ]).then((both) => (both[0] ? both : [both[1], both[0]]));
      if (!made) throw new Error('nobody was made');
      expect(none).toBeNull();
      expect(saved).toContainEqual(made);
      const domain = { id: 'default' };
      for (const [{ name, password }, accessLevel] of [
        [made.member, 'member'],
        [made.admin, 'admin'],
      ] as const) {
        const scope = { kind: 'project', project: { name: made.project, domain } } as const;
        const token = await tokenFor(identity, {
          proofs: [{ method: 'password', user: { name, domain }, password }],
          scope,
        });
        expect(await authenticate(identity, token)).toMatchObject({
          caller: { userName: name, accessLevel },
        });
      }
      expect(await identity.authenticator.authenticate(signed(made.accessKey, clock.now()))).toMatchObject({
        caller: { userName: 'demo', projectId: made.projectId },
      });
      expect(await identity.bootstrap(save)).toBeNull();
    } finally {
      await fresh.database.close();
      await dropDatabase(fresh.connection.database);
    }
  });

  test('are not made when their secrets could not be saved', async () => {
    const fresh = await createDatabase();
    try {
      const identity = anIdentity(fresh, clock);
      await expect(identity.bootstrap(() => Promise.reject(new Error('disk full')))).rejects.toThrow(
        'disk full',
      );
      const made = await identity.bootstrap(() => Promise.resolve());
      expect(made).not.toBeNull();
    } finally {
      await fresh.database.close();
      await dropDatabase(fresh.connection.database);
    }
  });
});

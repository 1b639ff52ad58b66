import { applySeed } from '../../src/seed/seed';
import { parseSeed, SeedError } from '../../src/seed/seed-file';
import type { ImageService } from '../../src/core/image-service';
import { anIdentity, authenticate, bearing, TestClock } from '../identity/some-identity';
import { testDatabase } from '../support/database';
import { removeFolder, temporaryFolder } from '../support/gateway-process';
import { seedContent, seeded, writeSeed } from '../support/seed';

const given = testDatabase();
let folder: string;
beforeEach(() => {
  folder = temporaryFolder('tagway-seed');
});
afterEach(() => {
  removeFolder(folder);
});

const credential = {
  id: 'c0000000000000000000000000000001',
  name: 'ci',
  secret: 'first secret of ci',
  user: 'alice',
  project: 'alpha',
  roles: ['reader'],
};

/** No image is in these seeds. */
const noImages = undefined as unknown as ImageService;

async function seed(identity: ReturnType<typeof anIdentity>, ...credentials: object[]): Promise<void> {
  const file = writeSeed(folder, { ...seedContent, images: [], applicationCredentials: credentials });
  await applySeed(file, identity, noImages, 0);
}

async function logIn(identity: ReturnType<typeof anIdentity>, secret: string): Promise<string | undefined> {
  const outcome = await identity.login.login({
    proofs: [{ method: 'application_credential', credential: { id: credential.id }, secret }],
    scope: { kind: 'none' },
  });
  return 'value' in outcome ? outcome.value.text : undefined;
}

test('an application credential of the file acts with the roles of the file', async () => {
  const identity = anIdentity(given(), new TestClock());
  await seed(identity, credential);
  const token = (await logIn(identity, credential.secret)) ?? '';
  expect(await authenticate(identity, token)).toMatchObject({
    caller: { projectId: seeded.alpha, roles: ['reader'] },
  });
});

test('the same again changes nothing; another secret or role counts from then on, for its tokens as well', async () => {
  const identity = anIdentity(given(), new TestClock());
  await seed(identity, credential);
  const token = (await logIn(identity, credential.secret)) ?? '';
  await seed(identity, credential);
  const held = await identity.authenticator.authenticate(bearing({ 'x-auth-token': token }));
  expect(held).toHaveProperty('caller');

  await seed(identity, { ...credential, secret: 'second secret of ci', roles: ['member'] });
  expect(await logIn(identity, credential.secret)).toBeUndefined();
  const next = (await logIn(identity, 'second secret of ci')) ?? '';
  expect(await authenticate(identity, next)).toMatchObject({
    caller: { roles: ['member'] },
  });
  expect(await authenticate(identity, token)).toMatchObject({ caller: { roles: ['member'] } });
});

test('an access key is good for its own project until the file says that it is for all', async () => {
  const identity = anIdentity(given(), new TestClock());
  const reach = async (): Promise<boolean | undefined> =>
    (await identity.accessKeys.list()).find(({ access }) => access === seeded.access)?.allProjects;
  const apply = (more: object): Promise<void> => {
    const accessKeys = seedContent.accessKeys.map((key) => ({ ...key, ...more }));
    const file = writeSeed(folder, { ...seedContent, images: [], accessKeys });
    return applySeed(file, identity, noImages, 0);
  };
  await apply({});
  expect(await reach()).toBe(false);
  await apply({ allProjects: true });
  expect(await reach()).toBe(true);
  await apply({});
  expect(await reach()).toBe(false);
  expect(() => parseSeed({ accessKeys: [{ ...seedContent.accessKeys[0], allProjects: 'yes' }] })).toThrow(
    'accessKeys.0.allProjects must be boolean',
  );
});

test('one of a user that the file does not name is told, without its secret', async () => {
  const identity = anIdentity(given(), new TestClock());
  const attempt = seed(identity, { ...credential, user: 'nobody' });
  await expect(attempt).rejects.toThrow('application credential ci belongs to nobody');
  await expect(attempt).rejects.not.toThrow(credential.secret);
});

test('faults of every kind are found at once, and no value that may be a secret is repeated', () => {
  const content = {
    projects: [{ name: 'alpha' }, { name: 'alpha' }, { name: '' }],
    users: [{ name: 'alice', password: 7 }, { name: 'alice' }, 'bob'],
    accessKeys: [{ access: 'AK 1', secret: 'hidden', user: 'eve', project: 'alpha' }],
    applicationCredentials: 'none',
    images: [{ id: 'x', name: 'a', project: 'alpha', visibility: 'secret' }],
    extra: [],
  };
  let faults: readonly string[] = [];
  try {
    parseSeed(content);
  } catch (error) {
    if (error instanceof SeedError) ({ faults } = error);
  }
  const expected = [
    /^the file .*: extra$/,
    /^projects\.2\.name /,
    /^users\.0\.password /,
    /^users\.1 .*password/,
    /^users\.2 /,
    /^accessKeys\.0\.access /,
    /^applicationCredentials /,
    /^images\.0\.id /,
    /^images\.0\.visibility /,
    /^the project name alpha stands there more than once$/,
    /^the user name alice stands/,
    /^the access key AK 1 belongs to eve, a user that/,
  ];
  expect(expected.filter((one) => !faults.some((fault) => one.test(fault)))).toEqual([]);
  expect(faults).toHaveLength(expected.length);
  expect(faults.join()).not.toContain('hidden');
});

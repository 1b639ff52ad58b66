import { applySeed } from '../../src/seed/seed';
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

test('one of a user that the file does not name is told, without its secret', async () => {
  const identity = anIdentity(given(), new TestClock());
  const attempt = seed(identity, { ...credential, user: 'nobody' });
  await expect(attempt).rejects.toThrow('application credential ci belongs to nobody');
  await expect(attempt).rejects.not.toThrow(credential.secret);
});

import { testGateway } from '../../support/gateway';
import { readDivergences } from '../../support/golden-runner/divergences';
import { testAuthenticator } from '../../support/test-authenticator';
import { closeIdleSockets } from '../../support/wire';
import { type Divergences, divergenceSite } from './divergence-site';
import { divergencesOfDefinitions } from './divergences-of-definitions';
import { divergencesOfImports } from './divergences-of-imports';
import { divergencesOfLists } from './divergences-of-lists';
import { divergencesOfRegistration } from './divergences-of-registration';
import { divergencesOfRequests } from './divergences-of-requests';
import { divergencesOfTags } from './divergences-of-tags';

/** Loses its database in a test. */
const lost = testGateway({ replace: { authenticator: testAuthenticator } });
const site = divergenceSite(testGateway({ replace: { authenticator: testAuthenticator } }));
afterAll(closeIdleSockets);

const uploads: Divergences = {
  D22: {
    'an upload is 500 where another request is 503': async () => {
      const { ask, create } = divergenceSite(lost);
      const id = await create({ disk_format: 'raw', container_format: 'bare' });
      await lost().gateway.database.close();
      const headers = { 'Content-Type': 'application/octet-stream' };
      const upload = await ask('PUT', `/v2/images/${id}/file`, { body: 'data', headers });
      expect([upload.status, (await ask('GET', '/v2/images')).status]).toEqual([500, 503]);
    },
  },
};

const logins: Divergences = {
  D27: {
    'a client whose OS_AUTH_URL lacks /v3 is given the right one': async () => {
      const { ask, port } = site;
      const body = {
        auth: { passwordCredentials: { username: 'alice', password: 'p' }, tenantName: 'demo' },
      };
      for (const path of ['/v2.0/tokens', '/v2/tokens']) {
        const answer = await ask('POST', path, { body, token: '' });
        expect([answer.status, answer.json()]).toEqual([
          404,
          {
            error: {
              code: 404,
              title: 'Not Found',
              message: expect.stringContaining(
                `(OS_AUTH_URL) is http://127.0.0.1:${String(port())}/v3.`,
              ) as string,
            },
          },
        ]);
      }
      expect((await ask('POST', '/v2/tokens/x', { body, token: '' })).status).toBe(401);
    },
  },
};

const tested = [
  divergencesOfTags(site),
  divergencesOfRequests(site),
  divergencesOfImports(site),
  divergencesOfLists(site),
  divergencesOfRegistration(site),
  divergencesOfDefinitions(site),
  uploads,
  logins,
].flatMap(Object.entries<Divergences[string]>);

describe.each(tested)('%s', (_, tests) => {
  test.each(Object.entries(tests))('%s', (_sentence, run) => run());
});

test('every divergence of the page is tested here, and nothing else', () => {
  const ids = tested.filter(([, tests]) => Object.keys(tests).length > 0).map(([id]) => id);
  expect(ids.sort()).toEqual(
    readDivergences()
      .map(({ id }) => id)
      .sort(),
  );
});

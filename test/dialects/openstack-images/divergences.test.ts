import { testGateway } from '../../support/gateway';
import { readDivergences } from '../../support/golden-runner/divergences';
import { testAuthenticator } from '../../support/test-authenticator';
import { closeIdleSockets } from '../../support/wire';
import { type Divergences, divergenceSite } from './divergence-site';
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

const tested = [
  divergencesOfTags(site),
  divergencesOfRequests(site),
  divergencesOfLists(site),
  divergencesOfRegistration(site),
  uploads,
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

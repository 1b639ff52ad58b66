import { testGateway } from '../../support/gateway';
import { readDivergences } from '../../support/golden-runner/divergences';
import { testAuthenticator } from '../../support/test-authenticator';
import { closeIdleSockets } from '../../support/wire';
import { type Divergences, divergenceSite } from './divergence-site';
import { divergencesOfLists } from './divergences-of-lists';
import { divergencesOfRequests } from './divergences-of-requests';
import { divergencesOfTags } from './divergences-of-tags';

const site = divergenceSite(testGateway({ replace: { authenticator: testAuthenticator } }));
afterAll(closeIdleSockets);

const tested = [divergencesOfTags(site), divergencesOfRequests(site), divergencesOfLists(site)].flatMap(
  Object.entries<Divergences[string]>,
);

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

import { testGateway } from '../../support/gateway';
import { closeIdleSockets, send } from '../../support/wire';
import { type Ask, callers, Cast, statusesOf } from './default-policy';
import recorded from './default-policy.json';
import { requests } from './default-policy-requests';
import { thePerson, tokenOf } from './people';

/* Held against what `npm run lab:policy` recorded of a Keystone with its default policy. */

const given = testGateway();
afterAll(closeIdleSockets);

const ask: Ask = async (method, path, { token, body }) => {
  const answer = await send(given().port, method, `/v3${path}`, {
    ...(token !== undefined && { token }),
    ...(body && { body }),
  });
  const made = answer.headers['x-subject-token'];
  return {
    status: answer.status,
    body: answer.text.startsWith('{') ? answer.json() : null,
    token: typeof made === 'string' ? made : undefined,
  };
};

/** Divergences that these requests meet: what Keystone answers, and what is answered here. */
const known: Readonly<
  Record<string, readonly (readonly [request: RegExp, keystone: string, here: string])[]>
> = {
  K5: [[/^GET \/(projects|domains)$/, '403', '200']],
  K26: [[/./, '404', '403']],
  K30: [[/^POST \/users\/:own\/application_credentials/, '201', '403']],
};

function isKnown(request: string, keystone: string, here: string): boolean {
  return Object.values(known).some((cases) =>
    cases.some(([of, theirs, ours]) => of.test(request) && theirs === keystone && ours === here),
  );
}

test('callers of every kind may do what the default policy of Keystone lets them', async () => {
  const admin = await tokenOf(given(), await thePerson(given(), 'root', 'admin'));
  const cast = new Cast(ask, admin, 'some');
  await cast.make();
  const found = await statusesOf(ask, cast, requests);
  expect(callers).toEqual(recorded.callers);
  const statuses: Readonly<Record<string, string>> = recorded.statuses;
  const others = Object.entries(found).flatMap(([request, here]) => {
    const theirs = (statuses[request] ?? '').split(' ');
    return here.split(' ').flatMap((status, index) => {
      const keystone = theirs[index] ?? 'nothing';
      if (status === keystone || isKnown(request, keystone, status)) return [];
      return [`${callers[index] ?? ''}: ${request}: ${status} and not ${keystone}`];
    });
  });
  expect(others).toEqual([]);
});

import * as fc from 'fast-check';
import { testGateway } from '../../support/gateway';
import { closeIdleSockets, send } from '../../support/wire';
import { thePerson, logIn, tokenOf } from './people';

const given = testGateway();
afterAll(closeIdleSockets);

const member = fc.constantFrom(
  'id',
  'name',
  'domain',
  'user',
  'password',
  'project',
  'system',
  'all',
  'secret',
  'unscoped',
);
const leaf = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.constantFrom(null, true, 0, 'default', 'unscoped'),
);
const { part } = fc.letrec<{ part: unknown; object: unknown }>((tie) => ({
  part: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('part'), { maxLength: 3 }), tie('object')),
  object: fc.dictionary(member, tie('part'), { maxKeys: 4 }),
}));
const methods = fc.oneof(fc.subarray(['token', 'application_credential', 'totp']), part);

/** Nothing that a body holds may be answered by anything but this dialect's own refusal, or a token. */
function isProper(status: number, text: string): boolean {
  if (status === 201) return true;
  if (status < 400 || status >= 500) return false;
  const { error } = JSON.parse(text) as { error: { code: number; title: string; message: string } };
  return error.code === status && error.title !== '' && error.message !== '';
}

test('whatever the body of a login holds, the answer is a proper refusal', async () => {
  const login = fc.record({
    auth: fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record(
          {
            identity: fc.record(
              { methods, token: part, application_credential: part },
              { requiredKeys: ['methods'] },
            ),
            scope: part,
          },
          { requiredKeys: ['identity'] },
        ),
      },
      part,
    ),
  });
  await fc.assert(
    fc.asyncProperty(login, async (body) => {
      const { status, text } = await logIn(given(), body);
      expect([body, status, isProper(status, text)]).toEqual([body, status, true]);
    }),
    { numRuns: 300 },
  );
});

test('whatever the body of a new application credential holds, the answer is proper', async () => {
  const alice = await thePerson(given(), 'alice', 'member');
  const token = await tokenOf(given(), alice);
  const wanted = fc.dictionary(
    fc.constantFrom('name', 'description', 'roles', 'expires_at', 'unrestricted'),
    part,
  );
  await fc.assert(
    fc.asyncProperty(wanted, async (credential) => {
      const { status, text } = await send(
        given().port,
        'POST',
        `/v3/users/${alice.id}/application_credentials`,
        {
          token,
          body: { application_credential: credential },
        },
      );
      expect([credential, status, isProper(status, text)]).toEqual([credential, status, true]);
    }),
    { numRuns: 200 },
  );
});

test('whatever stands in a path or a query of /v3, the answer is proper', async () => {
  const token = await tokenOf(given(), await thePerson(given(), 'admin', 'admin'));
  const piece = fc.oneof(
    fc.constantFrom('users', 'projects', 'auth', 'domains', '..', '.', '%00', '%ff', '%zz', 'a%2Fb'),
    fc.webSegment(),
  );
  const target = fc
    .tuple(fc.array(piece, { maxLength: 4 }), fc.webQueryParameters())
    .map(([pieces, query]) => `/v3/${pieces.join('/')}?${query}`);
  await fc.assert(
    fc.asyncProperty(target, fc.constantFrom('GET', 'DELETE', 'PUT'), async (path, method) => {
      const { status, text } = await send(given().port, method, path, { token });
      expect([path, status, status === 200 || status === 204 || isProper(status, text)]).toEqual([
        path,
        status,
        true,
      ]);
    }),
    { numRuns: 300 },
  );
});

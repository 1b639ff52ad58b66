import type { IncomingMessage, ServerResponse } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { listen } from '../../src/http/lifecycle';
import { testGateway } from '../support/gateway';
import { testAuthenticator } from '../support/test-authenticator';
import { send } from '../support/wire';

/* V8 shares a shape among objects that got the same members in the same order, and prototypes from the start. */
const given = testGateway({ replace: { authenticator: testAuthenticator } });

setFlagsFromString('--allow-natives-syntax');
const haveSameShape = runInNewContext('(a, b) => %HaveSameMap(a, b)') as (a: object, b: object) => boolean;

test('requests of one kind share a shape to their end, and so do their answers', async () => {
  const seen: [IncomingMessage, ServerResponse][] = [];
  const server = await listen(
    (req, res) => {
      seen.push([req, res]);
      given().gateway.listener(req, res);
    },
    '127.0.0.1',
    0,
  );
  try {
    const path = '/v2/images/00000000-0000-4000-8000-000000000000/tags/a';
    // V8 makes the first few anew, while it learns how many members they get.
    for (let call = 0; call < 20; call++) {
      expect((await send(server.port, 'PUT', path, { token: 'alice' })).status).toBe(404);
    }
  } finally {
    await server.drain(1_000);
  }
  const [[req, res], [nextReq, nextRes]] = seen.slice(-2) as [(typeof seen)[0], (typeof seen)[0]];
  expect([haveSameShape(req, nextReq), haveSameShape(res, nextRes)]).toEqual([true, true]);
});

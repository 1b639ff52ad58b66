import { dialectNames } from '../support/contracts/contracts';
import { type FuzzedOperation, fuzzedOperations } from '../support/fuzz/operations';
import { type HeardAnswer, RawClient } from '../support/fuzz/raw-client';
import { Samples } from '../support/fuzz/samples';
import { fuzzSettings } from '../support/fuzz/settings';
import { World } from '../support/fuzz/world';
import { testGateway } from '../support/gateway';
import { Random } from '../support/random';
import { closeIdleSockets } from '../support/wire';

// Each answer is held against its contract when the gateway closes.
const given = testGateway(fuzzSettings);
afterAll(closeIdleSockets);

/** Every operation that reads JSON. */
const operations = dialectNames
  .flatMap(fuzzedOperations)
  .filter(({ bodies }) => bodies.some(({ type }) => type.includes('json')))
  .map((operation) => [operation.id, operation] as const);

const deep = 100_000;
const hostile: Record<string, string> = {
  'a hundred thousand lists in each other': '['.repeat(deep) + ']'.repeat(deep),
  'a hundred thousand lists that never end': '['.repeat(deep),
  'a hundred thousand objects in each other': `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`,
  'a hundred thousand members': `{${Array.from({ length: deep }, (_, at) => `"k${String(at)}":0`).join()}}`,
  'a hundred thousand entries': `{"tags":[${'"x",'.repeat(deep)}"y"],"images":[${'{},'.repeat(deep)}{}]}`,
  'a prototype': '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  'a prototype in a list':
    '[{"__proto__":{"polluted":true}},{"constructor":{"prototype":{"polluted":true}}}]',
  'a number of a million digits': `{"limit":${'9'.repeat(1_000_000)}}`,
  'a text of a million backslashes': `{"tag":"${'\\\\'.repeat(500_000)}"}`,
};

let world: World;
let client: RawClient;
beforeAll(async () => {
  world = await World.of(given().gateway, given().port);
  await world.refresh();
  // A busy machine takes its time for a hundred thousand faults.
  client = new RawClient(given().port, 60_000);
});
afterAll(() => {
  client.close();
});

function ask(
  { method, path, bodies, parameters, follow }: FuzzedOperation,
  body: string,
): Promise<HeardAnswer> {
  const samples = new Samples(new Random(1), follow, world.known);
  const schemaOf = (name: string) => parameters.find((one) => one.name === name)?.schema ?? {};
  const target = path.replace(/\{(\w+)\}/g, (_, name: string) => samples.text(schemaOf(name), name));
  const head = [
    `${method} ${encodeURI(target)} HTTP/1.1`,
    'Host: gateway',
    `X-Auth-Token: ${world.tokens.usual[0] ?? ''}`,
    `Content-Type: ${bodies[0]?.type ?? ''}`,
    `Content-Length: ${String(Buffer.byteLength(body))}`,
  ];
  return client.ask(Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`), method);
}

test.each(operations)('%s bears any body', async (_, operation) => {
  for (const [name, body] of Object.entries(hostile)) {
    const { status } = await ask(operation, body);
    expect([name, status, status < 500]).toEqual([name, status, true]);
  }
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

/**
 * Records what a real Glance answers about metadata definitions, in the form of the other recordings, for
 * `test/dialects/openstack-images/metadefs/golden.test.ts`.
 *
 *   node --import tsx scripts/lab/metadefs/record.ts KEYSTONE GLANCE POSTGRES PASSWORD [ONLY] > recording.json
 *
 * KEYSTONE: http://127.0.0.1:5000/v3; GLANCE: the root of one with secure RBAC; POSTGRES: the URL of its database, whose
 * definitions are deleted before each case; PASSWORD: that of every user of the lab; ONLY: how the ids of the
 * cases begin that are played.
 */
import { Client } from 'pg';
import { exchange } from '../../../test/support/golden-runner/raw-exchange';
import type { RecordedRequest, RecordedResponse } from '../../../test/support/golden-runner/recording';
import { requestBytes } from '../../../test/support/golden-runner/requests';
import { Keystone, principals } from '../glance/principals';
import { written } from '../glance/written';
import type { Asked, Case } from './case';
import { creations } from './creation-cases';
import { faults } from './fault-cases';
import { alike } from './kind-cases';
import { lists } from './list-cases';
import { namespaces } from './namespace-cases';
import { objects } from './object-cases';
import { properties } from './property-cases';
import { tags } from './tag-cases';
import { associations } from './type-cases';

const [keystone = '', glance = '', postgres = '', password = '', only = ''] = process.argv.slice(2);
const { host, port } = new URL(glance);

const tables = [
  'metadef_tags',
  'metadef_objects',
  'metadef_properties',
  'metadef_namespace_resource_types',
  'metadef_resource_types',
  'metadef_namespaces',
];

async function main(): Promise<void> {
  const known = new Map([
    ...(await principals(new Keystone(keystone, password))),
    ['HOST', host],
    ['BASE', glance],
  ]);
  const identity = keystone.replace(/\/v3$/, '');
  known.set('IDENTITY', identity);
  const database = new Client({ connectionString: postgres });
  await database.connect();
  const cases = [];
  const kinds = [...alike, ...objects, ...properties, ...tags, ...associations];
  for (const one of [...creations, ...namespaces, ...lists, ...kinds, ...faults]) {
    if (!one.id.startsWith(only)) continue;
    await database.query(`truncate ${tables.join(', ')} cascade`);
    cases.push(await recorded(one, known));
    process.stderr.write(`${one.id}\n`);
  }
  await database.end();
  const recording = { about, set: 'srbac', server, cases };
  process.stdout.write(`${JSON.stringify(recording, null, 1)}\n`);
}

const about = 'As glance-default.json says of itself. Made by scripts/lab/metadefs/record.ts.';
const server = 'OpenStack Glance 25.1.0 (Zed), secure RBAC, WebOb 1.8, no definitions but those of the case';

async function recorded(one: Case, known: ReadonlyMap<string, string>): Promise<object> {
  const play = async (asked: Asked): Promise<{ request: RecordedRequest; response: RecordedResponse }> => {
    const request = requestOf(asked);
    const answer = await exchange(Number(port), requestBytes(request, { known }), request.method);
    return { request, response: await written(answer, { known }) };
  };
  const setup = [];
  for (const asked of one.setup) {
    const { request, response } = await play(asked);
    if (response.status >= 300) throw new Error(`${one.id}: ${String(response.status)} ${response.body}`);
    setup.push({ request, expect_status: response.status });
  }
  const { request, response } = await play(one.request);
  const followups = [];
  for (const asked of one.followups) followups.push(await play(asked));
  return { id: one.id, description: one.description, setup, request, response, followups };
}

function requestOf({ method, target, who, body, headers = [] }: Asked): RecordedRequest {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const own = new Map<string, string>([
    ['Host', '${HOST}'],
    ['User-Agent', 'lab-recorder'],
    ['Accept', '*/*'],
    ['X-Auth-Token', `\${TOKEN:${who}}`],
    ...(text === undefined
      ? []
      : ([
          ['Content-Type', 'application/json'],
          ['Content-Length', String(Buffer.byteLength(text))],
        ] as const)),
    ...headers,
  ]);
  return {
    method,
    target,
    version: 'HTTP/1.1',
    headers: [...own],
    ...(text !== undefined && { body: text }),
  };
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});

import { testGateway } from '../../support/gateway';
import { closeIdleSockets } from '../../support/wire';
import { callsOf, namesIn, type Calls, type Thing } from './administration';
import { refusal } from './people';

const given = testGateway();
afterAll(closeIdleSockets);

type Attributes = Readonly<Record<string, unknown>>;

/** Makes one by the list of its kind, as limits are made. */
async function among({ post }: Calls, plural: string, attributes: Attributes): Promise<Thing> {
  const answer = await post(plural, { [plural]: [attributes] });
  const [made] = answer.json<Record<string, Thing[]>>()[plural] ?? [];
  if (answer.status !== 201 || !made) throw new Error(`${String(answer.status)} ${answer.text}`);
  return made;
}

async function aService({ make }: Calls, type: string): Promise<string> {
  return (await make('services', { type, name: type })).id;
}

const groupPath = 'OS-EP-FILTER/endpoint_groups';

/** Path, what it is called in a body, and one that is made with attributes of which it is shown. */
const kinds: readonly (readonly [string, string, (calls: Calls) => Promise<readonly [Thing, Attributes]>])[] =
  [
    [
      'groups',
      'group',
      async ({ make }) => {
        const given = { name: 'team', description: 'who works', domain_id: 'default' };
        return [await make('groups', given), given];
      },
    ],
    [
      'services',
      'service',
      async ({ make }) => {
        const given = { name: 'swift', type: 'object-store', description: 'files', enabled: true };
        return [await make('services', given), given];
      },
    ],
    [
      'endpoints',
      'endpoint',
      async (calls) => {
        const service = await aService(calls, 'dns');
        const given = {
          service_id: service,
          interface: 'internal',
          url: 'http://dns.example/',
          enabled: true,
        };
        return [await calls.make('endpoints', given), given];
      },
    ],
    [
      groupPath,
      'endpoint_group',
      async ({ post }) => {
        const given = { name: 'inside', description: 'of the house', filters: { interface: 'internal' } };
        const answer = await post(groupPath, { endpoint_group: given });
        return [answer.json<{ endpoint_group: Thing }>().endpoint_group, given];
      },
    ],
    [
      'registered_limits',
      'registered_limit',
      async (calls) => {
        const service = await aService(calls, 'compute');
        const given = { service_id: service, resource_name: 'cores', default_limit: 10, region_id: null };
        return [await among(calls, 'registered_limits', given), given];
      },
    ],
    [
      'limits',
      'limit',
      async (calls) => {
        const at = { service_id: await aService(calls, 'volume'), resource_name: 'gigabytes' };
        await among(calls, 'registered_limits', { ...at, default_limit: 100 });
        const project = await calls.make('projects', { name: 'limited' });
        const given = { ...at, project_id: project.id, resource_limit: 20 };
        return [await among(calls, 'limits', given), given];
      },
    ],
  ];

test.each(kinds)('/v3/%s: what was made is listed, shown, and gone when it is deleted', async (...row) => {
  const [path, singular, arrange] = row;
  const calls = await callsOf(given(), 'root', 'admin');
  const { get, remove } = calls;
  const [made, attributes] = await arrange(calls);
  const plural = `${singular}s`;
  const ids = async (): Promise<string[]> => {
    const all = (await get(path)).json<Record<string, Thing[]>>()[plural] ?? [];
    return all.map(({ id }) => id);
  };

  const shown = await get(`${path}/${made.id}`);
  expect([shown.status, shown.json()]).toMatchObject([200, { [singular]: { ...attributes, id: made.id } }]);
  expect(await ids()).toContain(made.id);

  expect((await remove(`${path}/${made.id}`)).status).toBe(204);
  expect(refusal(await get(`${path}/${made.id}`))).toMatchObject({ status: 404 });
  expect(await ids()).not.toContain(made.id);
});

test('all tags of a project go at once', async () => {
  const { make, get, remove } = await callsOf(given(), 'root', 'admin');
  const project = await make('projects', { name: 'tagged', tags: ['a', 'b'] });
  expect(namesIn(await get('projects?tags=a,b'), 'projects')).toEqual(['tagged']);
  expect((await remove(`projects/${project.id}/tags`)).status).toBe(204);
  expect((await get(`projects/${project.id}/tags`)).json()).toMatchObject({ tags: [] });
  expect(namesIn(await get('projects?tags=a'), 'projects')).toEqual([]);
});

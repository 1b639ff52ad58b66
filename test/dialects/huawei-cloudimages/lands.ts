import { testGateway } from '../../support/gateway';
import { type Answer, send } from '../../support/wire';

interface Job {
  readonly status: string;
  readonly job_type: string;
  readonly error_code: string | null;
  readonly entities: { readonly image_id?: string; readonly results?: readonly object[] };
}

interface Member {
  readonly member_id: string;
  readonly member_type: string;
}

/** Projects called as regions, of a user who signs, and another domain with two projects. */
export function aDirectory() {
  const given = testGateway();
  let pairs: Readonly<Record<'here' | 'there', { access: string; secret: string }>>;
  let project = '';
  let domain = '';
  const inDomain: string[] = [];

  beforeAll(async () => {
    const { directory, accessKeys } = given().gateway.identity;
    const [here, there, reading] = [
      await directory.createProject({ name: 'eu-de' }),
      await directory.createProject({ name: 'eu-nl' }),
      await directory.createProject({ name: 'eu-ch' }),
    ];
    await directory.createProject({ name: 'foreign' });
    const user = await directory.createUser({ name: 'alice', password: 'p' });
    await directory.setRoles(here.id, user.id, ['member']);
    await directory.setRoles(there.id, user.id, ['member']);
    await directory.setRoles(reading.id, user.id, ['reader']);
    pairs = {
      here: await accessKeys.create(user.id, here.id),
      there: await accessKeys.create(user.id, there.id),
    };
    project = here.id;
    await anotherDomain(here.id);
  });

  async function anotherDomain(home: string): Promise<void> {
    const { directory } = given().gateway.identity;
    const admin = await directory.createUser({ name: 'root', password: 'p' });
    await directory.setRoles(home, admin.id, ['admin']);
    const password = { user: { name: 'root', password: 'p', domain: { id: 'default' } } };
    const auth = { identity: { methods: ['password'], password }, scope: { project: { id: home } } };
    const token = String(
      (await send(given().port, 'POST', '/v3/auth/tokens', { body: { auth } })).headers['x-subject-token'],
    );
    const make = async (kind: string, fields: object): Promise<string> => {
      const answer = await send(given().port, 'POST', `/v3/${kind}s`, { token, body: { [kind]: fields } });
      expect(answer.status).toBe(201);
      return answer.json<Record<string, { id: string }>>()[kind]?.id ?? '';
    };
    domain = await make('domain', { name: 'friends' });
    for (const name of ['one', 'two']) inDomain.push(await make('project', { name, domain_id: domain }));
  }

  const ask = (method: string, path: string, body?: unknown): Promise<Answer> =>
    send(given().port, method, path, { pair: pairs.here, ...(body !== undefined && { body }) });
  const jobOf = async (answer: Answer): Promise<Job> => {
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('job_id')]);
    const { job_id } = answer.json<{ job_id: string }>();
    return (await ask('GET', `/v1/${project}/jobs/${job_id}`)).json<Job>();
  };

  /** Called in a test, when all of it is there. */
  return () =>
    Promise.resolve({
      alice: { project },
      domain,
      inDomain,
      ask,
      there: (path: string) => send(given().port, 'GET', path, { pair: pairs.there }),
      /** Active, with data. */
      image: async (fields: object = {}): Promise<string> => {
        const body = {
          name: 'source',
          visibility: 'private',
          disk_format: 'raw',
          container_format: 'bare',
          tags: ['a=b'],
        };
        const { id } = (await ask('POST', '/v2/images', { ...body, ...fields })).json<{ id: string }>();
        const headers = { 'Content-Type': 'application/octet-stream' };
        const sent = { pair: pairs.here, headers, body: 'data' };
        expect((await send(given().port, 'PUT', `/v2/images/${id}/file`, sent)).status).toBe(204);
        return id;
      },
      share: async (method: 'POST' | 'DELETE', body: object) =>
        jobOf(await ask(method, '/v1/cloudimages/members', body)),
      members: async (id: string): Promise<readonly Member[]> =>
        (await ask('GET', `/v1/${project}/cloudimages/${id}/members`)).json<{ members: Member[] }>().members,
      copy: async (id: string, body: object) =>
        jobOf(await ask('POST', `/v1/cloudimages/${id}/cross_region_copy`, body)),
    });
}

import type { Gateway } from '../../../src/composition/gateway-deps';
import type { DialectName } from '../contracts/contracts';
import { type Answer, send } from '../wire';
import type { Tokens } from './requests';
import type { Known } from './samples';
import { definitionNames, makeDefinitions } from './definitions';
import { makeThings } from './things';

const password = 'correct horse';
const people = { alice: ['member'], reader: ['reader'], admin: ['admin'] } as const;
type Name = keyof typeof people | 'bob';

/** People, images and what else there is for requests to name; made anew now and then, since requests use it up. */
export class World {
  private readonly userIds: string[] = [];
  private projects = { alpha: '', beta: '' };
  private things: Known = {};
  private tokensOf: Partial<Record<Name, string>> = {};
  /** As each token of `tokensOf` shows them when it is new. */
  private roles: string[] = [];
  private images: string[] = [];
  private jobs: string[] = [];
  private tasks: string[] = [];
  private credentials: string[] = [];
  private rules: string[] = [];

  private constructor(
    private readonly gateway: Gateway,
    private readonly port: number,
  ) {}

  /** @param gateway whose own identity makes the people, cheaply where its scrypt is cheap */
  static async of(gateway: Gateway, port: number): Promise<World> {
    const world = new World(gateway, port);
    const { directory } = gateway.identity;
    const alpha = await directory.createProject({ name: 'alpha' });
    const beta = await directory.createProject({ name: 'beta' });
    world.projects = { alpha: alpha.id, beta: beta.id };
    for (const [name, roles] of [...Object.entries(people), ['bob', ['member']] as const]) {
      const user = await directory.createUser({ name, password });
      await directory.setRoles((name === 'bob' ? beta : alpha).id, user.id, [...roles]);
      world.userIds.push(user.id);
    }
    await world.signInAnew();
    world.things = await makeThings(
      (path, body) => world.ask(world.tokensOf.admin ?? '', 'POST', path, body),
      {
        project: alpha.id,
        user: world.userIds[0] ?? '',
      },
    );
    return world;
  }

  get tokens(): Tokens {
    return this.tokensFor('openstack-images');
  }

  /** Most of what is asked of identity is for administrators alone. */
  tokensFor(dialect: DialectName): Tokens {
    const { alice, ...others } = this.tokensOf;
    const [most, some] = dialect === 'identity-v3' ? [others.admin, alice] : [alice, others.admin];
    return {
      usual: [most, most, most, some].filter((one) => one !== undefined),
      others: Object.values(this.tokensOf),
    };
  }

  get known(): Known {
    const { alpha, beta } = this.projects;
    const { things } = this;
    const nobody = '00000000-0000-4000-8000-000000000000';
    const images = [...this.images, nobody];
    const [alice = '', ...others] = this.userIds;
    return {
      ...things,
      ...{ image_id: images, image: images, marker: images, project_id: [alpha, alpha, alpha, beta] },
      ...{ project: [alpha, beta], member_id: [alpha, beta], member: [beta], owner: [alpha, beta] },
      ...{ user_id: [alice, alice, ...others], id: [...images, alice, alpha], key: ['a', 'env', 'k'] },
      ...{
        credential_id: [...this.credentials, ...(things['kept_id'] ?? [])],
        access_rule_id: this.rules,
        job_id: this.jobs,
        task_id: this.tasks,
        store_id: ['fast'],
        uri: ['http://127.0.0.1:1/data'],
        tag: ['a', 'env=prod', 'k.v', 'red'],
      },
      ...{
        value: ['', 'prod', 'v'],
        password: [password],
        secret: [password],
        op: ['add', 'replace', 'remove'],
      },
      ...{
        path: ['/name', '/min_ram', '/tags', '/more', '/a~1b'],
        action: ['create', 'delete', 'filter', 'count'],
      },
      ...{
        method: ['password', 'token', 'application_credential'],
        'X-Subject-Token': Object.values(this.tokensOf),
      },
      ...{
        type: ['ECS', 'DataImage', 'IsoImage', 'import'],
        image_url: ['bucket:file.iso'],
        os_version: ['CentOS 7 64bit'],
      },
      ...definitionNames,
      ...{ limit: ['1', '10', '1000'], offset: ['0', '5'], name: ['n', 'alice', 'fuzzed'] },
    };
  }

  /** Whether all people can still do what they could, by the tokens that they ask with. */
  async isIntact(): Promise<boolean> {
    const answers = await Promise.all(Object.values(this.tokensOf).map((token) => this.inspect(token)));
    return answers.every(({ status, text }, index) => status === 200 && rolesIn(text) === this.roles[index]);
  }

  private inspect(token: string): Promise<Answer> {
    const headers = { 'X-Subject-Token': token };
    return send(this.port, 'GET', '/v3/auth/tokens', { token, headers });
  }

  async signInAnew(): Promise<void> {
    for (const name of ['alice', 'reader', 'admin', 'bob'] as const) {
      const project = { id: name === 'bob' ? this.projects.beta : this.projects.alpha };
      const user = { name, domain: { id: 'default' }, password };
      const auth = { identity: { methods: ['password'], password: { user } }, scope: { project } };
      const answer = await this.ask('', 'POST', '/v3/auth/tokens', { auth });
      this.tokensOf[name] = String(answer.headers['x-subject-token']);
    }
    const shown = await Promise.all(Object.values(this.tokensOf).map((token) => this.inspect(token)));
    this.roles = shown.map(({ text }) => rolesIn(text));
  }

  /** @param restore makes identity as it was at the start, behind the gateway's back */
  async refresh(restore?: () => Promise<void>): Promise<void> {
    await restore?.();
    const { directory } = this.gateway.identity;
    // A change that changes nothing: what the gateway remembers is looked up again.
    await directory.setRoles(this.projects.alpha, this.userIds[0] ?? '', [...people.alice]);
    await this.signInAnew();
    const { alice = '', admin = '', bob = '' } = this.tokensOf;
    const create = async (token: string, body: object): Promise<string> =>
      (await this.ask(token, 'POST', '/v2/images', body)).json<{ id: string }>().id;
    const tags = ['a', 'env=prod', 'red'];
    const data = { disk_format: 'raw', container_format: 'bare', tags };
    const full = await create(alice, { name: 'full', ...data });
    const theirs = await create(bob, { visibility: 'shared', tags });
    this.images = [
      ...[
        full,
        theirs,
        await create(alice, { tags }),
        await create(alice, { visibility: 'community', tags }),
      ],
      ...[
        await create(alice, { tags, protected: true }),
        await create(admin, { visibility: 'public', ...data }),
      ],
    ];
    const type = { 'Content-Type': 'application/octet-stream' };
    await send(this.port, 'PUT', `/v2/images/${full}/file`, { token: alice, headers: type, body: 'data' });
    await this.ask(bob, 'POST', `/v2/images/${theirs}/members`, { member: this.projects.alpha });
    await this.makeJobAndCredential(alice, full);
    await makeDefinitions(this.gateway.database, (path, body) => this.ask(admin, 'POST', path, body));
    const task = await this.ask(admin, 'POST', '/v2/tasks', { type: 'api_image_import', input: {} });
    this.tasks = [task.json<{ id: string }>().id];
  }

  private async makeJobAndCredential(token: string, image: string): Promise<void> {
    const shared = { images: [image], projects: [this.projects.beta] };
    const job = await this.ask(token, 'POST', '/v1/cloudimages/members', shared);
    this.jobs = [job.json<{ job_id: string }>().job_id];
    const path = `/v3/users/${this.userIds[0] ?? ''}/application_credentials`;
    const rules = [{ service: 'image', method: 'GET', path: '/v2/images/**' }];
    const wanted = { application_credential: { name: 'robot', access_rules: rules } };
    const made = (await this.ask(token, 'POST', path, wanted)).json<{ application_credential: Robot }>();
    this.credentials = [made.application_credential.id];
    this.rules = made.application_credential.access_rules.map(({ id }) => id);
  }

  /** @throws Error when it is refused: then there is nothing to fuzz */
  private async ask(token: string, method: string, path: string, body: object): Promise<Answer> {
    const answer = await send(this.port, method, path, { ...(token !== '' && { token }), body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${String(answer.status)} ${answer.text}`);
    return answer;
  }
}

interface Robot {
  readonly id: string;
  readonly access_rules: readonly { readonly id: string }[];
}

function rolesIn(text: string): string {
  const { token } = JSON.parse(text) as { token?: { roles?: { name: string }[] } };
  return (token?.roles ?? []).map(({ name }) => name).join(' ');
}

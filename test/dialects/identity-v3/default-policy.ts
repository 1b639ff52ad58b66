/* Who may do what: callers of all kinds and what each of them asks for, the same for a Keystone and for the gateway. */

/** An answer, as much as is looked at. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  /** X-Subject-Token. */
  readonly token: string | undefined;
}

/** A request below /v3. */
export type Ask = (
  method: string,
  path: string,
  more: { readonly token?: string; readonly body?: object },
) => Promise<Reply>;

interface Thing {
  readonly id: string;
}

type Ids = Readonly<Record<string, string>>;

/** By the role that each has, and where its token is for. */
export const callers = [
  'reader of project',
  'member of project',
  'manager of project',
  'admin of project',
  'reader of domain',
  'manager of domain',
  'admin of domain',
  'reader of system',
  'admin of system',
  'nobody of nothing',
] as const;

export type Caller = (typeof callers)[number];

const password = 'pass word';

/** Makes things in two domains, and the tokens of all callers. */
export class Cast {
  readonly ids: Record<string, string> = {};
  readonly tokens = new Map<Caller, string>();
  readonly users = new Map<Caller, string>();

  constructor(
    private readonly ask: Ask,
    private readonly admin: string,
    /** Part of all names. */
    private readonly salt: string,
  ) {}

  async make(): Promise<void> {
    const { roles } = (await this.ask('GET', '/roles', { token: this.admin })).body as {
      roles: readonly (Thing & { readonly name: string })[];
    };
    for (const { id, name } of roles) this.ids[name] = id;
    for (const name of ['home', 'other']) await this.one(name, 'domains', { name: this.named(name) });
    for (const [name, domain] of places) {
      const at = { name: this.named(name), domain_id: this.ids[domain] };
      const kind = name.replace(/(Home|Other|Beside)$/, '');
      await this.one(name, `${kind}s`, kind === 'user' ? { ...at, password } : at);
    }
    await this.makeCatalog();
    await this.makeSecrets();
    for (const caller of callers) await this.enter(caller);
  }

  private async makeCatalog(): Promise<void> {
    await this.one('custom', 'roles', { name: this.named('custom') });
    await this.one('local', 'roles', { name: this.named('local'), domain_id: this.ids['home'] });
    await this.one('region', 'regions', {});
    const service = await this.one('service', 'services', { type: this.named('type') });
    const at = { service_id: service, interface: 'public', url: 'http://host/' };
    await this.one('endpoint', 'endpoints', at);
    await this.one('policy', 'policies', { type: 'text', blob: 'x' });
    const filters = { service_id: service };
    await this.one('endpointGroup', 'OS-EP-FILTER/endpoint_groups', { name: this.named('group'), filters });
    const limited = { service_id: service, resource_name: 'n' };
    await this.many('registeredLimit', 'registered_limits', { ...limited, default_limit: 5 });
    for (const [name, place] of limits) {
      await this.many(name, 'limits', { ...limited, resource_limit: 1, ...place(this.ids) });
    }
  }

  private async makeSecrets(): Promise<void> {
    const { userHome, projectHome } = this.ids;
    await this.one('credential', 'credentials', { type: 'other', blob: 'x', user_id: userHome });
    const pairs = `/users/${userHome ?? ''}/credentials/OS-EC2`;
    const made = await this.ask('POST', pairs, { token: this.admin, body: { tenant_id: projectHome } });
    this.ids['access'] = (made.body as { credential: { access: string } }).credential.access;
    const grants = `/projects/${projectHome ?? ''}/users/${userHome ?? ''}/roles`;
    await this.ask('PUT', `${grants}/${this.ids['reader'] ?? ''}`, { token: this.admin });
    const members = `/groups/${this.ids['groupHome'] ?? ''}/users`;
    await this.ask('PUT', `${members}/${userHome ?? ''}`, { token: this.admin });
  }

  private async enter(caller: Caller): Promise<void> {
    const [role = '', place = ''] = caller.split(' of ');
    const home = { name: this.named(caller), password, domain_id: this.ids['home'] };
    const id = await this.one(caller, 'users', home);
    this.users.set(caller, id);
    const where = { project: 'projectHome', domain: 'home' }[place] ?? '';
    const path = place === 'system' ? '/system' : `/${place}s/${this.ids[where] ?? ''}`;
    const scope = place === 'system' ? { system: { all: true } } : { [place]: { id: this.ids[where] } };
    if (where !== '' || place === 'system') {
      await this.ask('PUT', `${path}/users/${id}/roles/${this.ids[role] ?? ''}`, { token: this.admin });
    }
    const identity = { methods: ['password'], password: { user: { id, password } } };
    const auth = { identity, ...(place !== 'nothing' && { scope }) };
    const { token, status } = await this.ask('POST', '/auth/tokens', { body: { auth } });
    if (token === undefined) throw new Error(`${caller} is not let in: ${String(status)}`);
    this.tokens.set(caller, token);
  }

  private async one(name: string, path: string, attributes: object): Promise<string> {
    const member = path.replace(/.*\//, '').replace(/ies$/, 'y').replace(/s$/, '');
    const { status, body } = await this.ask('POST', `/${path}`, {
      token: this.admin,
      body: { [member]: attributes },
    });
    const id = (body as Readonly<Record<string, Thing>>)[member]?.id;
    if (id === undefined) throw new Error(`${name} is not made: ${String(status)}`);
    this.ids[name] = id;
    return id;
  }

  private async many(name: string, plural: string, attributes: object): Promise<void> {
    const { body } = await this.ask('POST', `/${plural}`, {
      token: this.admin,
      body: { [plural]: [attributes] },
    });
    this.ids[name] = (body as Readonly<Record<string, readonly Thing[]>>)[plural]?.[0]?.id ?? '';
  }

  named(name: string): string {
    return `${this.salt} ${name}`;
  }
}

const places = [
  ['projectHome', 'home'],
  ['projectBeside', 'home'],
  ['projectOther', 'other'],
  ['userHome', 'home'],
  ['userOther', 'other'],
  ['groupHome', 'home'],
  ['groupOther', 'other'],
] as const;

const limits: readonly (readonly [string, (ids: Ids) => object])[] = [
  ['limitHome', (ids) => ({ project_id: ids['projectHome'] })],
  ['limitBeside', (ids) => ({ project_id: ids['projectBeside'] })],
  ['limitOther', (ids) => ({ project_id: ids['projectOther'] })],
  ['limitDomain', (ids) => ({ domain_id: ids['home'] })],
];

/** The statuses that the callers are answered with, one after the other in one text, by request. */
export async function statusesOf(
  ask: Ask,
  cast: Cast,
  requests: readonly (readonly [string, object?])[],
): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const [line, body] of requests) {
    const [method = '', path = ''] = line.split(' ', 2);
    const statuses = callers.map(async (caller) => {
      const filled = (text: string): string => filledFor(cast, caller, text);
      const token = cast.tokens.get(caller) ?? '';
      const sent = body && { body: JSON.parse(filled(JSON.stringify(body))) as object };
      return (await ask(method, filled(path), { token, ...sent })).status;
    });
    found[`${line}${body ? ` ${JSON.stringify(body)}` : ''}`] = (await Promise.all(statuses)).join(' ');
  }
  return found;
}

function filledFor(cast: Cast, caller: Caller, text: string): string {
  const special: Ids = { own: cast.users.get(caller) ?? '', unknown: 'f'.repeat(32), default: 'default' };
  return text
    .replace(/:own ([a-z ]+)/g, (_, name: string) => cast.named(`${caller} ${name}`))
    .replace(/:([a-zA-Z]+)/g, (_, name: string) => special[name] ?? cast.ids[name] ?? name);
}

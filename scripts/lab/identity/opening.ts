import { entering } from './logins';
import { type Attributes, type Call, passwords, type World } from './world';

type Step = (world: World) => Call;

function made(kind: string, attributes: (world: World) => Attributes, path = `${kind}s`, many = false): Step {
  return (world) => {
    const part = attributes(world);
    const body = many ? { [`${kind}s`]: [part] } : { [kind]: part };
    const password = kind === 'user' ? { password: passwords[0] } : {};
    return { method: 'POST', path: `/${path}`, body, makes: { kind, handle: world.next(kind), ...password } };
  };
}

const put = (path: (world: World) => string): Step => {
  return (world) => ({ method: 'PUT', path: path(world) });
};

const role = (world: World): string =>
  world.random.pick(['<role-reader>', '<role-reader>', '<role-member>', '<role-manager>']);

const user = made('user', (world) => ({
  name: `${world.salt}-user${String(world.all('user').length)}`,
  domain_id: '<domain-1>',
  password: passwords[0],
}));
const limited = { service_id: '<service-1>', resource_name: 'images' };

function login(index: number): Step {
  return (world) => {
    const entrances = world.entrances();
    const [id, scope] = entrances[index % Math.max(1, entrances.length)] ?? ['<user-1>', undefined];
    const identity = { methods: ['password'], password: { user: { id, password: passwords[0] } } };
    return entering(world, { identity, ...(scope && { scope }) }, id, scope);
  };
}

/** A little of everything, and tokens of all scopes: what random calls alone seldom bring about. */
export const opening: readonly Step[] = [
  made('domain', (world) => ({ name: `${world.salt}-home` })),
  made('project', (world) => ({ name: `${world.salt}-top`, domain_id: '<domain-1>' })),
  made('project', (world) => ({
    name: `${world.salt}-below`,
    domain_id: '<domain-1>',
    parent_id: '<project-1>',
  })),
  ...[user, user, user],
  made('group', (world) => ({ name: `${world.salt}-team`, domain_id: '<domain-1>' })),
  made('role', (world) => ({ name: `${world.salt}-own` })),
  made('service', () => ({ type: 'volume' })),
  made('region', () => ({})),
  made('endpoint', () => ({
    service_id: '<service-1>',
    interface: 'public',
    url: 'http://host/%(project_id)s',
  })),
  made('registered_limit', () => ({ ...limited, default_limit: 5 }), 'registered_limits', true),
  made('limit', () => ({ ...limited, project_id: '<project-1>', resource_limit: 2 }), 'limits', true),
  made(
    'endpoint_group',
    (world) => ({ name: `${world.salt}-some`, filters: { service_id: '<service-1>' } }),
    'OS-EP-FILTER/endpoint_groups',
  ),
  put((world) => `/projects/<project-1>/users/<user-1>/roles/${role(world)}`),
  put((world) => `/domains/<domain-1>/users/<user-2>/roles/${role(world)}`),
  put((world) => `/system/users/<user-3>/roles/${role(world)}`),
  put((world) => `/projects/<project-2>/groups/<group-1>/roles/${role(world)}`),
  put(() => '/groups/<group-1>/users/<user-1>'),
  put((world) => `/OS-INHERIT/domains/<domain-1>/users/<user-3>/roles/${role(world)}/inherited_to_projects`),
  ...[0, 1, 2, 3, 4].map(login),
];

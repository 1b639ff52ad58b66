import { type Clock, SystemClock } from '../../../src/core/clock';
import { startTestGateway, type TestGateway } from '../gateway';
import { send } from '../wire';

/** Days that a token of yesterday's yesterday is old. */
const longAgo = 2 * 86_400_000;

/** The machine's clock, save while a token is made that shall have expired. */
class ShiftableClock implements Clock {
  private readonly clock = new SystemClock();
  back = 0;

  now(): string {
    const now = this.clock.now();
    if (this.back === 0) return now;
    return `${new Date(Date.parse(now) - this.back).toISOString().slice(0, -1)}000Z`;
  }
}

const projects = ['alpha', 'beta', 'admin'] as const;

const people = [
  { name: 'alice', project: 'alpha', role: 'member' },
  { name: 'carol', project: 'alpha', role: 'member' },
  { name: 'bob', project: 'beta', role: 'member' },
  { name: 'reader-user', project: 'alpha', role: 'reader' },
  { name: 'admin', project: 'admin', role: 'admin' },
] as const;

const password = 'labpass-1';

export interface GoldenGateway {
  readonly gateway: TestGateway;
  /** Tokens, ids of projects and users, and the server itself, as recordings name them. */
  readonly known: ReadonlyMap<string, string>;
}

/** A gateway with the recordings' people in its own identity, each with a real token of `/v3`. */
export async function startGoldenGateway(env: Readonly<Record<string, string>> = {}): Promise<GoldenGateway> {
  const clock = new ShiftableClock();
  const gateway = await startTestGateway({ env, replace: { clock } });
  const { directory } = gateway.gateway.identity;
  const known = new Map<string, string>();
  for (const name of projects) known.set(`PROJECT:${name}`, (await directory.createProject({ name })).id);
  for (const { name, project, role } of people) {
    const user = await directory.createUser({ name, password });
    await directory.setRoles(known.get(`PROJECT:${project}`) ?? '', user.id, [role]);
    known.set(`USER:${name}`, user.id);
  }
  const token = (name: string, scope: unknown): Promise<string> => logIn(gateway.port, name, scope);
  for (const { name, project } of people)
    known.set(`TOKEN:${name}`, await token(name, { project: { name: project, domain: { id: 'default' } } }));
  known.set('TOKEN:unscoped', await token('admin', 'unscoped'));
  known.set('TOKEN:domain', await token('admin', { domain: { id: 'default' } }));
  known.set('TOKEN:system', await token('admin', { system: { all: true } }));
  const alpha = { project: { name: 'alpha', domain: { id: 'default' } } };
  known.set('TOKEN:revoked', await revoked(gateway.port, await token('alice', alpha)));
  clock.back = longAgo;
  known.set('TOKEN:expired', await token('alice', alpha));
  clock.back = 0;
  known.set('TOKEN:bad', 'not-a-token');
  known.set('HOST', `127.0.0.1:${String(gateway.port)}`);
  known.set('BASE', gateway.url);
  known.set('IDENTITY', gateway.url);
  known.set('UUID0', '00000000-0000-4000-8000-000000000000');
  return { gateway, known };
}

async function logIn(port: number, name: string, scope: unknown): Promise<string> {
  const user = { name, password, domain: { id: 'default' } };
  const body = { auth: { identity: { methods: ['password'], password: { user } }, scope } };
  const answer = await send(port, 'POST', '/v3/auth/tokens', { body });
  const token = answer.headers['x-subject-token'];
  if (typeof token !== 'string') throw new Error(`no token for ${name}: ${answer.text}`);
  return token;
}

async function revoked(port: number, token: string): Promise<string> {
  const headers = { 'X-Subject-Token': token };
  const { status } = await send(port, 'DELETE', '/v3/auth/tokens', { token, headers });
  if (status !== 204) throw new Error(`the token was not revoked: ${String(status)}`);
  return token;
}

import { execFileSync } from 'node:child_process';

/** Where the lab of newest.sh listens. */
export interface Lab {
  readonly folder: string;
  readonly keystonePort: number;
  readonly glancePort: number;
  readonly password: string;
}

type Named = readonly { id: string; name: string }[];

const domain = { id: 'default' };

const people = [
  { name: 'alice', project: 'alpha' },
  { name: 'carol', project: 'alpha' },
  { name: 'bob', project: 'beta' },
  { name: 'reader-user', project: 'alpha' },
  { name: 'admin', project: 'admin' },
] as const;

/** Ids, and tokens that are valid or never were, by the placeholders that recordings have for them. */
export async function principals(keystone: Keystone): Promise<Map<string, string>> {
  const known = new Map<string, string>();
  for (const { name, project } of people) {
    known.set(`TOKEN:${name}`, await keystone.logIn(name, { project: { name: project, domain } }));
  }
  const admin = known.get('TOKEN:admin') ?? '';
  for (const { id, name } of await keystone.list('projects', admin)) known.set(`PROJECT:${name}`, id);
  for (const { id, name } of await keystone.list('users', admin)) known.set(`USER:${name}`, id);
  known.set('TOKEN:unscoped', await keystone.logIn('admin', 'unscoped'));
  known.set('TOKEN:domain', await keystone.logIn('admin', { domain }));
  known.set('TOKEN:system', await keystone.logIn('admin', { system: { all: true } }));
  known.set('TOKEN:bad', 'not-a-token');
  return known;
}

/** What the placeholders of recordings stand for in the lab: tokens of every kind, ids, addresses. */
export async function labBindings(lab: Lab): Promise<Map<string, string>> {
  const keystone = new Keystone(`http://127.0.0.1:${String(lab.keystonePort)}/v3`, lab.password);
  const known = await principals(keystone);
  const alpha = { project: { name: 'alpha', domain } };
  const revoked = await keystone.logIn('alice', alpha);
  await keystone.revoke(revoked);
  known.set('TOKEN:revoked', revoked);
  known.set('TOKEN:expired', expired(lab, await keystone.logIn('alice', alpha)));
  known.set('HOST', `127.0.0.1:${String(lab.glancePort)}`);
  known.set('BASE', `http://127.0.0.1:${String(lab.glancePort)}`);
  known.set('IDENTITY', `http://127.0.0.1:${String(lab.keystonePort)}`);
  known.set('UUID0', '00000000-0000-4000-8000-000000000000');
  return known;
}

/** A Keystone with the users of the lab. */
export class Keystone {
  /** @param url ends in /v3 @param password of every user */
  constructor(
    private readonly url: string,
    private readonly password: string,
  ) {}

  async logIn(name: string, scope: unknown): Promise<string> {
    const user = { name, password: this.password, domain };
    const auth = { identity: { methods: ['password'], password: { user } }, scope };
    const { headers } = await this.call('POST', '/auth/tokens', {}, { auth });
    return headers.get('x-subject-token') ?? '';
  }

  async revoke(token: string): Promise<void> {
    await this.call('DELETE', '/auth/tokens', { 'X-Auth-Token': token, 'X-Subject-Token': token });
  }

  async list(kind: 'projects' | 'users', token: string): Promise<Named> {
    const answer = await this.call('GET', `/${kind}`, { 'X-Auth-Token': token });
    return ((await answer.json()) as Record<string, Named>)[kind] ?? [];
  }

  /** @throws Error for an answer that is a refusal */
  private async call(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: object,
  ): Promise<Response> {
    const answer = await fetch(this.url + path, {
      method,
      headers: { 'Content-Type': 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${String(answer.status)} ${await answer.text()}`);
    return answer;
  }
}

function expired({ folder }: Lab, token: string): string {
  const script = `${__dirname}/../expired-token.py`;
  return execFileSync(`${folder}/venv/bin/python`, [script, `${folder}/fernet`, token], {
    encoding: 'utf8',
  }).trim();
}

import { open, readFile, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Announcement } from '../ephemeral/announcement';
import { clientEnvironment } from '../settings/client-environment';
import type { Clock, Faults, InjectedFault, Journal, Scenario, Tokens } from './admin-types';
import { assertCalls } from './calls';
import { signIn } from './sign-in';

type Announced = Pick<Announcement, 'adminUrl' | 'authUrl' | 'domain' | 'admin'>;

function adminEnvironment({ authUrl, domain, admin }: Announced): Record<string, string> {
  return clientEnvironment(authUrl, {
    ...{ user: admin.name, password: admin.password, domain: domain.name, project: admin.project },
    ...{ projectId: '', accessKey: null, secretKey: null },
  });
}

/** `/admin` of a gateway. Every method throws an Error with status and text when the gateway refuses. */
export class AdminClient {
  private token: string;

  constructor(private readonly announced: Announced) {
    this.token = announced.admin.token;
  }

  readonly faults: Faults = {
    add: (fault) => this.call('POST', '/faults', fault),
    list: async () => (await this.call<{ faults: InjectedFault[] }>('GET', '/faults')).faults,
    load: async (scenario) => {
      const content = typeof scenario === 'string' ? await readFile(scenario, 'utf8') : scenario;
      const body = (typeof content === 'string' ? JSON.parse(content) : content) as object;
      return (await this.call<Scenario & { faults: InjectedFault[] }>('POST', '/faults', body)).faults;
    },
    clear: (id) => this.call('DELETE', id === undefined ? '/faults' : `/faults/${encodeURIComponent(id)}`),
  };

  readonly journal: Journal = {
    read: (query = {}) => {
      const given = new URLSearchParams();
      for (const [name, value] of Object.entries(query)) given.set(name, String(value));
      return this.call('GET', `/journal?${given.toString()}`);
    },
    clear: () => this.call('DELETE', '/journal'),
    replay: (id) => this.call('POST', `/journal/${String(id)}/replay`),
    assertCalls: (expected, query) => assertCalls(this.journal, expected, query),
  };

  readonly clock: Clock = {
    read: () => this.call('GET', '/clock'),
    set: (setting) => this.call('PUT', '/clock', setting),
    unset: () => this.call('DELETE', '/clock'),
  };

  /** @param seed null: random ids again */
  async setIds(seed: number | string | null): Promise<void> {
    await (seed === null ? this.call('DELETE', '/ids') : this.call('PUT', '/ids', { seed }));
  }

  readonly tokens: Tokens = { expire: (owner = {}) => this.call('POST', '/tokens/expire', owner) };

  /** Writes an answer to a file that only this account reads; it is there when it is whole. @param path below `/admin` */
  async download(path: string, file: string): Promise<void> {
    const answer = await this.send('GET', path);
    if (!answer.ok || !answer.body) throw refused('GET', path, answer, await answer.text());
    const partial = `${file}.part`;
    await rm(partial, { force: true });
    try {
      const handle = await open(partial, 'wx', 0o600);
      // The end of the stream closes the file.
      await pipeline(answer.body, handle.createWriteStream({ flush: true }));
      await rename(partial, file);
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  }

  /** @param path below `/admin` @returns the JSON of the answer; undefined for 204 */
  async call<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const answer = await this.send(method, path, body);
    const text = await answer.text();
    if (!answer.ok) throw refused(method, path, answer, text);
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  }

  private async send(method: string, path: string, body?: object): Promise<Response> {
    const answer = await this.sendOnce(method, path, body);
    if (answer.status !== 401) return answer;
    // The gateway's clock was set: the token has expired, or is not valid yet.
    this.token = await signIn(adminEnvironment(this.announced));
    return this.sendOnce(method, path, body);
  }

  private sendOnce(method: string, path: string, body?: object): Promise<Response> {
    return fetch(`${this.announced.adminUrl}${path}`, {
      method,
      headers: { 'X-Auth-Token': this.token, ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
  }
}

function refused(method: string, path: string, { status }: Response, text: string): Error {
  return new Error(`${method} /admin${path} was answered ${String(status)}: ${text}`);
}

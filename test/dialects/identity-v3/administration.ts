import type { TestGateway } from '../../support/gateway';
import { type Answer, send } from '../../support/wire';
import { type Person, thePerson, tokenOf } from './people';

export interface Thing {
  readonly id: string;
  readonly [attribute: string]: unknown;
}

/** Calls of one person, with the token of a project. */
export interface Calls {
  readonly person: Person;
  readonly get: (path: string) => Promise<Answer>;
  readonly post: (path: string, body: unknown) => Promise<Answer>;
  readonly put: (path: string, body?: unknown) => Promise<Answer>;
  readonly patch: (path: string, body: unknown) => Promise<Answer>;
  readonly remove: (path: string) => Promise<Answer>;
  /** A new thing of a kind, by the plural in its path. */
  readonly make: (plural: string, attributes: object) => Promise<Thing>;
}

export async function callsOf(gateway: TestGateway, name: string, ...roles: string[]): Promise<Calls> {
  const person = await thePerson(gateway, name, ...roles);
  return callsWith(gateway, person, await tokenOf(gateway, person));
}

export function callsWith({ port }: TestGateway, person: Person, token: string): Calls {
  const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
    send(port, method, `/v3/${path}`, { token, ...(body === undefined ? {} : { body }) });
  return {
    person,
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    put: (path, body) => call('PUT', path, body),
    patch: (path, body) => call('PATCH', path, body),
    remove: (path) => call('DELETE', path),
    make: async (plural, attributes) => {
      const singular = plural.replace(/ies$/, 'y').replace(/s$/, '');
      const answer = await call('POST', plural, { [singular]: attributes });
      const made = answer.json<Record<string, Thing>>()[singular];
      if (answer.status !== 201 || !made) throw new Error(`${String(answer.status)} ${answer.text}`);
      return made;
    },
  };
}

/** What a list holds, by name or else by id. */
export function namesIn(answer: Answer, plural: string): string[] {
  const things = answer.json<Record<string, Thing[]>>()[plural] ?? [];
  return things.map((thing) => (typeof thing['name'] === 'string' ? thing['name'] : thing.id));
}

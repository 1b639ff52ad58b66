import { randomBytes } from 'node:crypto';
import type { TestGateway } from '../../support/gateway';
import { type Answer, send } from '../../support/wire';

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly password: string;
  readonly project: string;
  readonly projectName: string;
}

const cast = new WeakMap<TestGateway, Map<string, Promise<Person>>>();

/**
 * Somebody of a test file's cast, with these roles in a project of the own: made once, since a password is
 * dear to hash. A test that changes somebody takes a name of its own.
 */
export function thePerson(gateway: TestGateway, name: string, ...roles: string[]): Promise<Person> {
  const people = cast.get(gateway) ?? new Map<string, Promise<Person>>();
  cast.set(gateway, people);
  const person = people.get(name) ?? aPerson(gateway, ...roles);
  people.set(name, person);
  return person;
}

/** A new user with these roles in a new project of the gateway's own identity. */
async function aPerson({ gateway }: TestGateway, ...roles: string[]): Promise<Person> {
  const { directory } = gateway.identity;
  const name = `person-${randomBytes(6).toString('hex')}`;
  const project = await directory.createProject({ name: `project of ${name}` });
  const user = await directory.createUser({ name, password: 'pass word' });
  await directory.setRoles(project.id, user.id, roles);
  return { id: user.id, name, password: 'pass word', project: project.id, projectName: project.name };
}

export function passwordBody({ name, password }: Person, scope?: unknown): object {
  const user = { name, domain: { id: 'default' }, password };
  const identity = { methods: ['password'], password: { user } };
  return { auth: { identity, ...(scope === undefined ? {} : { scope }) } };
}

export function logIn({ port }: TestGateway, body: unknown, query = ''): Promise<Answer> {
  return send(port, 'POST', `/v3/auth/tokens${query}`, { body });
}

/** A token of the person in their project, or in another scope. */
export async function tokenOf(gateway: TestGateway, person: Person, scope?: unknown): Promise<string> {
  const answer = await logIn(gateway, passwordBody(person, scope ?? { project: { id: person.project } }));
  const token = answer.headers['x-subject-token'];
  if (answer.status !== 201 || typeof token !== 'string')
    throw new Error(`${String(answer.status)} ${answer.text}`);
  return token;
}

/** Status and error member of an answer that refuses. */
export function refusal(answer: Answer): { status: number; title: string; message: string } {
  const { error } = answer.json<{ error: { code: number; title: string; message: string } }>();
  expect(error.code).toBe(answer.status);
  return { status: answer.status, title: error.title, message: error.message };
}

/** How everybody is refused who cannot prove who they are. */
export const unauthorized = {
  status: 401,
  title: 'Unauthorized',
  message: 'The request you have made requires authentication.',
};

import { defaultDomain } from '../identity/ids';
import type { EphemeralSeed } from './seed';

/** The one line on standard output: all that a test suite needs. Members may be added, never removed. */
export interface Announcement {
  readonly url: string;
  /** For `OS_AUTH_URL`. */
  readonly authUrl: string;
  /** The image endpoint for clients. */
  readonly imageEndpoint: string;
  readonly huaweiEndpoint: string;
  readonly adminUrl: string;
  /** Of every user and project: logins by name must give it. */
  readonly domain: { readonly id: string; readonly name: string };
  readonly project: { readonly id: string; readonly name: string };
  readonly projects: readonly { readonly id: string; readonly name: string }[];
  /** `roles`: role names by project name or id, as in a seed file. */
  readonly users: readonly {
    readonly name: string;
    readonly password: string;
    readonly roles: Readonly<Record<string, readonly string[]>>;
  }[];
  readonly accessKeys: readonly {
    readonly access: string;
    readonly secret: string;
    readonly user: string;
    readonly project: string;
    readonly allProjects?: boolean;
  }[];
  readonly admin: {
    readonly name: string;
    readonly password: string;
    readonly project: string;
    readonly token: string;
  };
  readonly stateDir: string;
  readonly pid: number;
}

export function createAnnouncement(
  url: string,
  stateDir: string,
  { seed, admin }: EphemeralSeed,
  token: string,
): Announcement {
  const projects = seed.projects.map(({ id = '', name }) => ({ id, name }));
  const users = seed.users.filter(({ name }) => name !== admin.name);
  return {
    url,
    authUrl: `${url}/v3`,
    imageEndpoint: url,
    huaweiEndpoint: url,
    adminUrl: `${url}/admin`,
    domain: { id: defaultDomain, name: 'Default' },
    project: projects[0] ?? { id: '', name: '' },
    projects,
    users: users.map(({ name, password, roles }) => ({ name, password, roles })),
    accessKeys: seed.accessKeys,
    admin: { ...admin, token },
    stateDir,
    pid: process.pid,
  };
}

import type { Announcement } from '../ephemeral/announcement';
import type { ClientCredentials } from '../settings/client-environment';

/** As a seed file (docs/seed.md). */
export interface TagwaySeed {
  readonly projects?: readonly object[];
  readonly users?: readonly object[];
  readonly accessKeys?: readonly object[];
  readonly applicationCredentials?: readonly object[];
  readonly images?: readonly object[];
}

/** The first user of the seed, with the project and the access key that it has there; and the gateway's admin. */
export interface TagwayCredentials extends ClientCredentials {
  readonly admin: {
    readonly user: string;
    readonly password: string;
    readonly project: string;
    readonly token: string;
  };
}

/** A seed without users has the admin alone. */
export function toCredentials({
  admin,
  accessKeys,
  domain,
  projects,
  project,
  users,
}: Announcement): TagwayCredentials {
  const user = users[0] ?? { ...admin, roles: { [admin.project]: [] } };
  const named = Object.keys(user.roles)[0];
  const home = projects.find(({ id, name }) => id === named || name === named) ?? project;
  const key = accessKeys.find((each) => each.user === user.name);
  return {
    user: user.name,
    password: user.password,
    domain: domain.name,
    project: home.name,
    projectId: home.id,
    accessKey: key?.access ?? null,
    secretKey: key?.secret ?? null,
    admin: { user: admin.name, password: admin.password, project: admin.project, token: admin.token },
  };
}

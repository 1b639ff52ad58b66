import type { Announcement } from '../ephemeral/announcement';

/** As a seed file (docs/seed.md). */
export interface TagwaySeed {
  readonly projects?: readonly object[];
  readonly users?: readonly object[];
  readonly accessKeys?: readonly object[];
  readonly images?: readonly object[];
}

/** The first user of the seed, with the project and the access key that it has there; and the gateway's admin. */
export interface TagwayCredentials {
  readonly user: string;
  readonly password: string;
  readonly domain: string;
  readonly project: string;
  readonly projectId: string;
  /** null: the seed has none for this user */
  readonly accessKey: string | null;
  readonly secretKey: string | null;
  readonly admin: {
    readonly user: string;
    readonly password: string;
    readonly project: string;
    readonly token: string;
  };
}

/** A seed without users has the admin alone. */
export function credentialsOf({
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

/** What `openrc` of a gateway that lasts exports. */
export function environmentOf(
  authUrl: string,
  credentials: Omit<TagwayCredentials, 'admin'>,
): Record<string, string> {
  const { user, password, domain, project, projectId, accessKey, secretKey } = credentials;
  return {
    OS_AUTH_URL: authUrl,
    OS_USERNAME: user,
    OS_PASSWORD: password,
    OS_PROJECT_NAME: project,
    OS_USER_DOMAIN_NAME: domain,
    OS_PROJECT_DOMAIN_NAME: domain,
    OS_IDENTITY_API_VERSION: '3',
    HUAWEICLOUD_SDK_PROJECT_ID: projectId,
    ...(accessKey !== null && { HUAWEICLOUD_SDK_AK: accessKey }),
    ...(secretKey !== null && { HUAWEICLOUD_SDK_SK: secretKey }),
  };
}

/** A user in a project. */
export interface ClientCredentials {
  readonly user: string;
  readonly password: string;
  /** Name of the domain of both. */
  readonly domain: string;
  readonly project: string;
  readonly projectId: string;
  /** null: the user has none */
  readonly accessKey: string | null;
  readonly secretKey: string | null;
}

/** As lines that a shell reads. */
export function shellExportLines(environment: Readonly<Record<string, string>>): string {
  const quoted = (value: string): string => value.replaceAll("'", "'\\''");
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}='${quoted(value)}'\n`)
    .join('');
}

/** The variables that OpenStack's clients and Huawei's SDKs read. */
export function clientEnvironment(authUrl: string, credentials: ClientCredentials): Record<string, string> {
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

import { withoutTrailingSlashes } from '../../settings/base-url';

type Environment = Readonly<Record<string, string | undefined>>;

/** A project of a gateway, and a token for it. */
export interface RemoteSession {
  /** Of the gateway, without a trailing slash. */
  readonly url: string;
  readonly token: string;
  readonly projectId: string;
}

interface TokenBody {
  readonly token: {
    readonly project?: { readonly id: string };
    readonly catalog?: readonly {
      readonly type: string;
      readonly endpoints: readonly { readonly interface: string; readonly url: string }[];
    }[];
  };
}

/**
 * Logs in with the variables that `openrc` exports, as the openstack command does: a password, or an application
 * credential.
 * @throws Error that names the variable that is missing, or has the identity service's answer
 */
export async function logIn(env: Environment): Promise<RemoteSession> {
  const authUrl = withoutTrailingSlashes(needed(env, 'OS_AUTH_URL'));
  const answer = await sendRequest(`${authUrl}/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ auth: requestOf(env) }),
  });
  if (!answer.ok)
    throw new Error(`the login at ${authUrl} was refused: ${await describeErrorResponse(answer)}`);
  const { token } = (await answer.json()) as TokenBody;
  const projectId = token.project?.id;
  if (projectId === undefined) throw new Error('the token has no project: set OS_PROJECT_NAME');
  const endpoints = token.catalog?.find(({ type }) => type === 'image')?.endpoints ?? [];
  const url = endpoints.find((each) => each.interface === 'public')?.url;
  if (url === undefined) throw new Error(`the catalog of ${authUrl} has no public endpoint for images`);
  return {
    url: withoutTrailingSlashes(url),
    token: String(answer.headers.get('X-Subject-Token')),
    projectId,
  };
}

/** @param path from the gateway's root @throws Error with the gateway's words when it refuses */
export async function getJson<Body>({ url, token }: RemoteSession, path: string): Promise<Body> {
  const answer = await sendRequest(`${url}${path}`, { headers: { 'X-Auth-Token': token } });
  if (!answer.ok) throw new Error(await describeErrorResponse(answer));
  return (await answer.json()) as Body;
}

/** @throws Error that says which address does not answer */
export async function sendRequest(url: string, init: RequestInit): Promise<Response> {
  return fetch(url, init).catch((error: unknown) => {
    const { cause } = error as { cause?: { message?: string } };
    throw new Error(`${new URL(url).origin} does not answer: ${cause?.message ?? String(error)}`, {
      cause: error,
    });
  });
}

interface Words {
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly in: string; readonly pointer: string; readonly detail: string }[];
  readonly error?: { readonly message?: string };
}

/** A problem (RFC 9457), Keystone's form, or just the status. */
export async function describeErrorResponse(answer: Response): Promise<string> {
  const words = await (answer.json() as Promise<Words>).catch((): Words => ({}));
  const { title, detail, errors = [], error } = words;
  const faults = errors.map((each) => `${each.in} ${each.pointer}: ${each.detail}`);
  const first = title ?? error?.message ?? `status ${String(answer.status)}`;
  return [first, detail, ...faults].filter((text) => text !== undefined).join(': ');
}

function requestOf(env: Environment): object {
  const id = env['OS_APPLICATION_CREDENTIAL_ID'];
  if (id !== undefined && id !== '') {
    const credential = { id, secret: needed(env, 'OS_APPLICATION_CREDENTIAL_SECRET') };
    return { identity: { methods: ['application_credential'], application_credential: credential } };
  }
  const user = {
    name: needed(env, 'OS_USERNAME'),
    password: needed(env, 'OS_PASSWORD'),
    domain: domainOf(env, 'USER'),
  };
  return {
    identity: { methods: ['password'], password: { user } },
    scope: { project: { name: needed(env, 'OS_PROJECT_NAME'), domain: domainOf(env, 'PROJECT') } },
  };
}

function domainOf(env: Environment, of: 'USER' | 'PROJECT'): object {
  const id = env[`OS_${of}_DOMAIN_ID`] ?? env['OS_DEFAULT_DOMAIN'];
  return id === undefined ? { name: env[`OS_${of}_DOMAIN_NAME`] ?? 'Default' } : { id };
}

function needed(env: Environment, name: string): string {
  const value = env[name];
  if (value === undefined || value === '')
    throw new Error(`${name} is not set: source the gateway's openrc first (it is in its state folder)`);
  return value;
}

import type { AdminClient } from './admin-client';
import { signIn } from './sign-in';

/** As much of `RequestInit` as is passed on. These two are declared here: a project without Node's types may compile. */
export interface ProjectRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** An `AbortSignal`. */
  readonly signal?: { readonly aborted: boolean };
}

/** As much of `Response` as tests ask for. */
export interface ProjectResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  json(): Promise<unknown>;
  text(): Promise<string>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** A project of its own, with a user and a key: for one test, one file of tests or one worker. */
export interface TagwayProject extends AsyncDisposable {
  readonly id: string;
  readonly name: string;
  readonly user: { readonly id: string; readonly name: string; readonly password: string };
  readonly accessKey: { readonly access: string; readonly secret: string };
  /** The variables that OpenStack's clients and Huawei's SDKs read. */
  readonly env: Readonly<Record<string, string>>;
  /** The same as `export` lines for a shell. */
  readonly openrc: string;
  /** A new token of the user. */
  token(): Promise<string>;
  /** `fetch` with a token. @param path below the gateway's URL */
  fetch(path: string, init?: ProjectRequest): Promise<ProjectResponse>;
  reset(): Promise<void>;
  /** @returns a handle for `restore` */
  snapshot(): Promise<string>;
  restore(handle: string): Promise<void>;
  /** With its user, key and images. */
  remove(): Promise<void>;
}

interface Made {
  readonly project: { readonly id: string; readonly name: string };
  readonly user: TagwayProject['user'];
  readonly accessKey: TagwayProject['accessKey'];
  readonly env: Readonly<Record<string, string>>;
  readonly openrc: string;
}

/** @param name of project and user; any when left out */
export async function makeProject(admin: AdminClient, url: string, name?: string): Promise<TagwayProject> {
  const { project, ...made } = await admin.call<Made>(
    'POST',
    '/projects',
    name === undefined ? {} : { name },
  );
  const path = `/projects/${project.id}`;
  let signedIn: Promise<string> | undefined;
  const token = (): Promise<string> => signIn(made.env);
  const remove = (): Promise<void> => admin.call('DELETE', path);
  return {
    ...made,
    ...project,
    token,
    fetch: async (target, init = {}) => {
      const headers = new Headers(init.headers);
      if (!headers.has('X-Auth-Token')) headers.set('X-Auth-Token', await (signedIn ??= token()));
      if (typeof init.body === 'string' && !headers.has('Content-Type')) {
        headers.set('Content-Type', 'application/json');
      }
      return fetch(new URL(target, url), { ...init, headers } as RequestInit);
    },
    reset: () => admin.call('POST', `${path}/reset`),
    snapshot: async () =>
      `${path}/snapshots/${(await admin.call<{ id: string }>('POST', `${path}/snapshots`)).id}`,
    restore: (handle) => admin.call('POST', `${handle}/restore`),
    remove,
    [Symbol.asyncDispose]: remove,
  };
}

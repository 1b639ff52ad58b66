import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Announcement } from '../ephemeral/announcement';
import { createTemporaryFolder } from '../ephemeral/folder';
import { AdminClient } from './admin-client';
import type { Clock, Faults, Journal, Tokens } from './admin-types';
import { clientEnvironment } from '../settings/client-environment';
import { toCredentials, type TagwayCredentials, type TagwaySeed } from './credentials';
import { GatewayChild } from './gateway-child';
import { makeProject, type TagwayProject } from './project';

export interface StartTagwayOptions {
  /** What the gateway starts with, and has again after a reset: a seed file's path, or its content. */
  readonly seed?: string | TagwaySeed;
  /** A state file's path, in place of a seed: what the gateway starts with, and has again after a reset. */
  readonly state?: string;
  /** Any free one when left out. */
  readonly port?: number;
  /** Settings that change how dialects behave, such as `TAGWAY_HUAWEI_PROFILE`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called with each line of the gateway's log. */
  readonly onLog?: (line: string) => void;
  /** How long the start may take; 120 000 when left out: the first one on a machine makes a database. */
  readonly timeoutMs?: number;
}

/** A gateway of its own, on 127.0.0.1. */
export interface Tagway extends AsyncDisposable {
  readonly url: string;
  /** For `OS_AUTH_URL`. */
  readonly authUrl: string;
  /** The variables that OpenStack's clients and Huawei's SDKs read. */
  readonly env: Readonly<Record<string, string>>;
  readonly credentials: TagwayCredentials;
  /** Puts all images back to the seed, or those of one project; lifts injected faults. */
  reset(projectId?: string): Promise<void>;
  /** Keeps the images of all projects, or of one, with their tags. @returns a handle for `restore` */
  snapshot(projectId?: string): Promise<string>;
  restore(handle: string): Promise<void>;
  /** Writes all that the gateway holds to a file, for `state`. It holds secrets. */
  saveState(path: string): Promise<void>;
  readonly faults: Faults;
  readonly journal: Journal;
  readonly tokens: Tokens;
  readonly clock: Clock;
  /** Ids that are the same, run after run (docs/test-runners.md). @param seed null: random ids again */
  setIds(seed: number | string | null): Promise<void>;
  /** A new project with a user and a key, which others on this gateway do not see. */
  project(name?: string): Promise<TagwayProject>;
  /** All that the gateway says of itself; JSON of it lets other processes connect. */
  readonly announced: Readonly<Announcement>;
  readonly pid: number;
  /** Resolves when the process has ended and its files are gone. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts `tagway --ephemeral` as a child process. It ends with this process, however this one ends, and does not keep
 * it alive. Several run side by side.
 * @throws Error with the gateway's own words when it does not start
 */
export async function startTagway(options: StartTagwayOptions = {}): Promise<Tagway> {
  const { seed, state, port, env, onLog, timeoutMs = 120_000 } = options;
  const file = typeof seed === 'object' ? seedFile(seed) : { path: seed, remove: () => undefined };
  try {
    const child = await GatewayChild.start({
      args: [
        ...(file.path === undefined ? [] : ['--seed', file.path]),
        ...(state === undefined ? [] : ['--state', state]),
        ...(port === undefined ? [] : ['--port', String(port)]),
      ],
      env: env ?? {},
      onLog,
      timeoutMs,
    });
    return tagwayFromAnnouncement(child.announcement, () => child.stop());
  } finally {
    file.remove();
  }
}

/** @param announced what `tagway --ephemeral` printed, here or in another process */
export function tagwayFromAnnouncement(announced: Announcement, stop: () => Promise<void>): Tagway {
  const admin = new AdminClient(announced);
  const credentials = toCredentials(announced);
  return {
    url: announced.url,
    authUrl: announced.authUrl,
    env: clientEnvironment(announced.authUrl, credentials),
    credentials,
    reset: (projectId) => admin.call('POST', `${scopeOf(projectId)}/reset`),
    snapshot: async (projectId) => {
      const path = `${scopeOf(projectId)}/snapshots`;
      const { id } = await admin.call<{ id: string }>('POST', path);
      return `${path}/${id}`;
    },
    restore: (handle) => admin.call('POST', `${handle}/restore`),
    saveState: (path) => saveState(admin, path),
    faults: admin.faults,
    journal: admin.journal,
    tokens: admin.tokens,
    clock: admin.clock,
    setIds: (seed) => admin.setIds(seed),
    project: (name) => makeProject(admin, announced.url, name),
    announced,
    pid: announced.pid,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** As a snapshot, which goes again. */
async function saveState(admin: AdminClient, path: string): Promise<void> {
  const { id } = await admin.call<{ id: string }>('POST', '/snapshots');
  try {
    await admin.download(`/snapshots/${id}/file`, path);
  } finally {
    await admin.call('DELETE', `/snapshots/${id}`);
  }
}

function scopeOf(projectId: string | undefined): string {
  return projectId === undefined ? '' : `/projects/${encodeURIComponent(projectId)}`;
}

/** It holds passwords: for this user alone, only until the gateway has read it, and not longer than this process. */
function seedFile(seed: TagwaySeed): { path: string; remove: () => void } {
  const folder = createTemporaryFolder();
  const path = join(folder.path, 'seed.json');
  writeFileSync(path, JSON.stringify(seed), { mode: 0o600 });
  return {
    path,
    remove: () => {
      folder.remove();
    },
  };
}

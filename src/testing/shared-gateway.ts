import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Announcement } from '../ephemeral/announcement';
import { type StartTagwayOptions, startTagway, type Tagway, tagwayFromAnnouncement } from './start-tagway';

/**
 * One gateway for all processes of a test run: what `tagway --ephemeral` printed, or `@` and the path of a file that
 * will hold it. A name with TAGWAY_ in front would be taken for a setting.
 */
const variable = 'TEST_TAGWAY';

/** How long such a file may take to appear (ms): the first start on a machine makes a database. */
const readyTimeoutMs = 120_000;

/**
 * The gateway of this test run, which another process has started. Its `stop` leaves it running.
 * @throws Error when no process has started one
 */
export async function connectTagway(): Promise<Tagway> {
  const found = process.env[variable];
  if (!found)
    throw new Error(`${variable} is not set: start the runner with a gateway (docs/testing-with-tagway.md)`);
  const text = found.startsWith('@') ? await lineIn(found.slice(1)) : found;
  return tagwayFromAnnouncement(JSON.parse(text) as Announcement, () => Promise.resolve());
}

/** Starts a gateway for this process and those that it starts from now on, unless one is shared already. */
export async function shareTagway(options: StartTagwayOptions = {}): Promise<Tagway> {
  if (process.env[variable]) return connectTagway();
  const gateway = await startTagway(options);
  process.env[variable] = JSON.stringify(gateway.announced);
  return {
    ...gateway,
    stop: async () => {
      Reflect.deleteProperty(process.env, variable);
      await gateway.stop();
    },
  };
}

/** Says where the gateway will be announced. @returns false when there is one already */
export function shareAnnouncementIn(path: string): boolean {
  if (process.env[variable]) return false;
  process.env[variable] = `@${path}`;
  return true;
}

async function lineIn(path: string): Promise<string> {
  const deadline = performance.now() + readyTimeoutMs;
  while (performance.now() < deadline) {
    const text = readFileSync(path, 'utf8');
    if (text.endsWith('\n')) return text;
    await sleep(20);
  }
  throw new Error(`Tagway was not ready after ${String(readyTimeoutMs)} ms`);
}

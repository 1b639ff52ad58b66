import { requestFile, withToken } from './requests';
import type { Site } from './site';
import { load, measured, type Subject } from './subjects';

/** A page of twenty for each of 97 teams, as Tagway's projects have them; more would take minutes to make. */
const images = 97 * 20;
const atOnce = 8;
/** values of each key */
const choices = { env: 3, os: 10, build: 97, team: 97 } as const;

/** A real Glance under the workloads of its own API, on images that are made for it and removed again. */
export async function glanceSubject(
  url: string,
  token: string,
): Promise<{ subject: Subject; stop: () => Promise<void> }> {
  const headers = { 'X-Auth-Token': token, 'Content-Type': 'application/json' };
  const ids: string[] = [];
  // Glance refuses a token that several requests at once ask Keystone about for the first time.
  await fetch(`${url}/v2/images?limit=1`, { headers });
  await sideBySide(async (index) => {
    const tags = Object.entries(choices).map(([key, values]) => `${key}=v${String(index % values)}`);
    const body = JSON.stringify({ name: `bench ${String(index)}`, tags });
    const answer = await fetch(`${url}/v2/images`, { method: 'POST', headers, body });
    if (answer.status !== 201) throw new Error(`Glance made no image: ${String(answer.status)}`);
    ids[index] = ((await answer.json()) as { id: string }).id;
  });
  const site: Site = {
    images,
    tags: Object.keys(choices).length,
    project: '',
    reach: images,
    imageAt: (place) => ids[place % images] ?? '',
  };
  const subject: Subject = {
    name: 'glance',
    takes: ({ api }) => api === 'openstack',
    run: async (workload, connections, seconds) => {
      const file = requestFile(workload.requests(site), new URL(url).host, withToken(token));
      return measured(await load(url, file, connections, seconds));
    },
  };
  const stop = (): Promise<void> =>
    sideBySide(async (index) => {
      await fetch(`${url}/v2/images/${ids[index] ?? ''}`, { method: 'DELETE', headers });
    });
  return { subject, stop };
}

/** Runs `work` for each image, a few at a time. */
async function sideBySide(work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < images) await work(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

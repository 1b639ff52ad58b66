import { requestFile, withToken } from './requests';
import type { Site } from './site';
import { load, measured, type Subject } from './subjects';

/** Enough for the deletes to stay behind their puts with 32 connections; more would take minutes to make. */
const images = 400;

/** A real Glance under the workloads of its own API, on images that are made for it and removed again. */
export async function glanceSubject(
  url: string,
  token: string,
): Promise<{ subject: Subject; stop: () => Promise<void> }> {
  const headers = { 'X-Auth-Token': token, 'Content-Type': 'application/json' };
  const ids: string[] = [];
  for (let index = 0; index < images; index++) {
    const tags = [`env=v${String(index % 3)}`, `os=v${String(index % 10)}`, `build=v${String(index % 97)}`];
    const body = JSON.stringify({ name: `bench ${String(index)}`, tags });
    const answer = await fetch(`${url}/v2/images`, { method: 'POST', headers, body });
    ids.push(((await answer.json()) as { id: string }).id);
  }
  const site: Site = {
    images,
    tags: 3,
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
  const stop = async (): Promise<void> => {
    for (const id of ids) await fetch(`${url}/v2/images/${id}`, { method: 'DELETE', headers });
  };
  return { subject, stop };
}

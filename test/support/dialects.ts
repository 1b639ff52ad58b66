import type { TagPair } from '../../src/core/tag';
import { type AccessPair, type Answer, send } from './wire';

/** Who speaks, and to which gateway. */
export interface Speaker {
  readonly port: number;
  /** One of the two: a token, or a pair that signs each request. */
  readonly token?: string;
  readonly pair?: AccessPair;
  readonly project: string;
  /** As in wire.ts. */
  readonly timeoutMs?: number;
}

const part = encodeURIComponent;

/** The three dialects' tag calls, as their clients make them. Each returns the whole answer. */
export function openstack({ port, ...who }: Speaker) {
  const image = (id: string): string => `/v2/images/${id}`;
  return {
    create: async (body: object): Promise<string> => {
      const answer = await send(port, 'POST', '/v2/images', { ...who, body });
      if (answer.status !== 201) throw new Error(`${String(answer.status)} ${answer.text}`);
      return answer.json<{ id: string }>().id;
    },
    put: (id: string, tag: string): Promise<Answer> =>
      send(port, 'PUT', `${image(id)}/tags/${part(tag)}`, { ...who }),
    remove: (id: string, tag: string): Promise<Answer> =>
      send(port, 'DELETE', `${image(id)}/tags/${part(tag)}`, { ...who }),
    tags: async (id: string): Promise<string[]> =>
      (await send(port, 'GET', image(id), { ...who })).json<{ tags: string[] }>().tags,
    find: async (...tags: string[]): Promise<string[]> => {
      const query = tags.map((tag) => `tag=${part(tag)}`).join('&');
      const answer = await send(port, 'GET', `/v2/images?${query}`, { ...who });
      return answer.json<{ images: { id: string }[] }>().images.map(({ id }) => id);
    },
  };
}

export function huaweiImages({ port, project, ...who }: Speaker) {
  const tags = (id: string): string => `/v2/${project}/images/${id}/tags`;
  return {
    add: (id: string, tag: TagPair): Promise<Answer> =>
      send(port, 'POST', tags(id), { ...who, body: { tag } }),
    batch: (id: string, action: 'create' | 'delete', list: readonly object[]): Promise<Answer> =>
      send(port, 'POST', `${tags(id)}/action`, { ...who, body: { action, tags: list } }),
    remove: (id: string, key: string): Promise<Answer> =>
      send(port, 'DELETE', `${tags(id)}/${part(key)}`, { ...who }),
    pairs: async (id: string): Promise<TagPair[]> =>
      (await send(port, 'GET', tags(id), { ...who })).json<{ tags: TagPair[] }>().tags,
    projectTags: async (): Promise<{ key: string; values: string[] }[]> =>
      (await send(port, 'GET', `/v2/${project}/images/tags`, { ...who })).json<{
        tags: { key: string; values: string[] }[];
      }>().tags,
    find: async (filter: object): Promise<string[]> => {
      const body = { action: 'filter', limit: '1000', ...filter };
      const answer = await send(port, 'POST', `/v2/${project}/images/resource_instances/action`, {
        ...who,
        body,
      });
      return answer
        .json<{ resources: { resource_id: string }[] }>()
        .resources.map(({ resource_id }) => resource_id);
    },
  };
}

export function huaweiCloudimages({ port, project, ...who }: Speaker) {
  return {
    batchDelete: (id: string, list: readonly object[]): Promise<Answer> =>
      send(port, 'DELETE', `/v1/${project}/cloudimages/${id}/tags/delete`, { ...who, body: { tags: list } }),
    setPair: (id: string, pair: TagPair): Promise<Answer> =>
      send(port, 'PUT', '/v1/cloudimages/tags', { ...who, body: { image_id: id, image_tag: pair } }),
    setText: (id: string, tag: string): Promise<Answer> =>
      send(port, 'PUT', '/v1/cloudimages/tags', { ...who, body: { image_id: id, tag } }),
    texts: async (): Promise<string[]> =>
      (await send(port, 'GET', '/v1/cloudimages/tags', { ...who })).json<{ tags: string[] }>().tags,
    find: async (tag: string): Promise<string[]> => {
      const answer = await send(port, 'GET', `/v2/cloudimages?tag=${part(tag)}`, { ...who });
      return answer.json<{ images: { id: string }[] }>().images.map(({ id }) => id);
    },
  };
}

import { taggedImages, type Where } from '../../support/huawei';
import { alpha } from '../../support/test-authenticator';
import { type Answer, send } from '../../support/wire';

/** The tag calls as alice makes them, to the first gateway unless another one is given. */
export function tagCalls(first: Where) {
  const ask = (method: string, path: string, body?: unknown, where: Where = first): Promise<Answer> =>
    send(where().port, method, path, { token: 'alice', ...(body === undefined ? {} : { body }) });
  return {
    ...taggedImages(first),
    ask,
    remove: (id: string, tags: unknown, where?: Where) =>
      ask('DELETE', `/v1/${alpha}/cloudimages/${id}/tags/delete`, { tags }, where),
    write: (body: unknown, where?: Where) => ask('PUT', '/v1/cloudimages/tags', body, where),
  };
}

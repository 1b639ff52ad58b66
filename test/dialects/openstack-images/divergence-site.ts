import { openstack, type Speaker } from '../../support/dialects';
import type { TestGateway } from '../../support/gateway';
import { alpha } from '../../support/test-authenticator';
import { type Answer, send, type Sent } from '../../support/wire';

/** What Tagway does instead of Glance, by the id of the divergence: a test for each sentence. */
export type Divergences = Readonly<Record<string, Readonly<Record<string, () => Promise<void>>>>>;

export type DivergenceSite = ReturnType<typeof divergenceSite>;

/** The calls that the divergences are about, as alice. */
export function divergenceSite(given: () => TestGateway) {
  const alice = (): Speaker => ({ port: given().port, token: 'alice', project: alpha });
  const ask = (method: string, path: string, sent: Sent = {}): Promise<Answer> =>
    send(given().port, method, path, { token: 'alice', ...sent });
  return {
    port: () => given().port,
    ask,
    create: (body: object = {}) => openstack(alice()).create(body),
    find: (tag: string) => openstack(alice()).find(tag),
    tagsOf: (id: string) => openstack(alice()).tags(id),
    put: (id: string, rawTag: string, sent?: Sent) => ask('PUT', `/v2/images/${id}/tags/${rawTag}`, sent),
    remove: (id: string, rawTag: string, sent?: Sent) =>
      ask('DELETE', `/v2/images/${id}/tags/${rawTag}`, sent),
  };
}

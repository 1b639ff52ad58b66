import type { NewImageRequest } from '../../../src/core/image-service';
import { aCaller } from '../../support/gateway';
import type { Where } from '../../support/huawei';
import { alpha } from '../../support/test-authenticator';
import { type Answer, send } from '../../support/wire';

/** Images, alice's unless said otherwise, and the list of them. A query has its question mark. */
export function imageList(given: Where) {
  const ask = (query: string, token = 'alice'): Promise<Answer> =>
    send(given().port, 'GET', `/v2/cloudimages${query}`, { token });
  return {
    ask,
    anImage: async (request: NewImageRequest = {}, owner = aCaller(alpha)): Promise<string> =>
      (await given().gateway.images.create(owner, request, 128)).imageId,
    /** What is listed; the list must succeed. */
    ids: async (query: string, token?: string): Promise<string[]> => {
      const answer = await ask(query, token);
      expect([answer.status, answer.text]).toEqual([200, expect.stringMatching(/^\{"images":\[/)]);
      return answer.json<{ images: { id: string }[] }>().images.map(({ id }) => id);
    },
  };
}

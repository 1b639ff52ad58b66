import { taggedImages, type Where } from '../../support/huawei';
import { alpha } from '../../support/test-authenticator';
import { type Answer, send, type Sent } from '../../support/wire';

/** The tag calls as alice makes them, to the first gateway unless another one is given. */
export function tagCalls(first: Where) {
  const ask = (
    method: string,
    path: string,
    body?: unknown,
    sent: Sent = {},
    where: Where = first,
  ): Promise<Answer> => {
    const whole = { token: 'alice', ...(body === undefined ? {} : { body }), ...sent };
    return send(where().port, method, `/v2/${alpha}/images/${path}`, whole);
  };
  return {
    ...taggedImages(first),
    ask,
    add: (id: string, tag: unknown, where?: Where) => ask('POST', `${id}/tags`, { tag }, {}, where),
    batch: (id: string, action: string, tags: unknown, where?: Where) =>
      ask('POST', `${id}/tags/action`, { action, tags }, {}, where),
  };
}

import { aCaller, type TestGateway } from './gateway';
import { alpha } from './test-authenticator';
import type { Answer } from './wire';

export type Where = () => TestGateway;

/** Makes and reads images of alice's, in the first gateway unless another one is given. */
export function taggedImages(first: Where) {
  const alice = aCaller(alpha);
  return {
    anImage: async (tags: string[] = [], where: Where = first): Promise<string> =>
      (await where().gateway.images.create(alice, { name: 'an image', tags }, 128)).imageId,
    /** The texts that OpenStack would show. */
    textsOf: async (imageId: string, where: Where = first): Promise<string[]> =>
      (await where().gateway.images.show(alice, imageId)).tags.map(({ name }) => name),
  };
}

/** An error of IMS itself: `{"error":{"message","code"}}`, with the request's id in its header. */
export function expectIms(answer: Answer, status: number, code: string): void {
  expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(`"${code}"`)]);
  expect(answer.json()).toEqual({ error: { message: expect.stringMatching(/./), code } });
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  expectRequestId(answer);
}

/** An error of the gateway in front of IMS: authentication and routes. */
export function expectApigw(answer: Answer, status: number, code: string, words = /./): void {
  expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(`"${code}"`)]);
  expect(answer.json()).toEqual({
    error_msg: expect.stringMatching(words),
    error_code: code,
    request_id: answer.headers['x-request-id'],
  });
  expectRequestId(answer);
}

/** 204 with nothing in it. */
export function expectDone(answer: Answer): void {
  expect([answer.status, answer.text]).toEqual([204, '']);
  expectRequestId(answer);
}

export function expectRequestId(answer: Answer): void {
  expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
}

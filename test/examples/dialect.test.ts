import { plainTags } from '../../examples/dialect';
import { dialects } from '../../src/composition/dialects';
import { readConfig } from '../../src/settings/config';
import { huaweiCloudimages, huaweiImages, openstack, type Speaker } from '../support/dialects';
import { testGateway } from '../support/gateway';
import { alpha, testAuthenticator } from '../support/test-authenticator';
import { send } from '../support/wire';

/** The dialect of docs/adding-a-dialect.md, beside those of the gateway. */
const given = testGateway({
  replace: { authenticator: testAuthenticator, dialects: [plainTags] },
  env: { TAGWAY_PLAIN_TAGS_PER_IMAGE: '3' },
});

const alice = (): Speaker => ({ port: given().port, token: 'alice', project: alpha });
const place = (id: string, tag?: string): string =>
  `/labels/${tag === undefined ? '' : `${encodeURIComponent(tag)}/`}of/${id}`;
const plain = (method: string, path: string, token = 'alice') => send(given().port, method, path, { token });
const linesOf = async (id: string): Promise<string> => (await plain('GET', place(id))).text;

test('a tag written by any dialect is read by the new one', async () => {
  const id = await openstack(alice()).create({ tags: ['golden'] });
  await huaweiImages(alice()).add(id, { key: 'env', value: 'prod' });
  await huaweiCloudimages(alice()).setText(id, 'team.web');
  expect(await linesOf(id)).toBe('env=prod\ngolden\nteam=web\n');
});

test('a tag written by the new dialect is read by all, and what others remove is gone', async () => {
  const id = await openstack(alice()).create({});
  expect((await plain('PUT', place(id, 'env=prod'))).status).toBe(204);
  expect((await plain('PUT', place(id, 'a/b?'))).status).toBe(204);
  expect(await openstack(alice()).tags(id)).toEqual(['a/b?', 'env=prod']);
  expect(await huaweiImages(alice()).pairs(id)).toContainEqual({ key: 'env', value: 'prod' });
  expect(await huaweiCloudimages(alice()).find('env=prod')).toContain(id);

  await huaweiCloudimages(alice()).batchDelete(id, [{ key: 'env' }]);
  expect(await linesOf(id)).toBe('a/b?\n');
  expect((await plain('DELETE', place(id, 'a/b?'))).status).toBe(204);
  expect((await plain('DELETE', place(id, 'a/b?'))).status).toBe(404);
  expect(await openstack(alice()).tags(id)).toEqual([]);
});

test('a line feed in a tag does not make two lines of it', async () => {
  const id = await openstack(alice()).create({ tags: ['two\nlines', 'back\\slash'] });
  expect(await linesOf(id)).toBe('back\\\\slash\ntwo\\nlines\n');
});

test.each([
  ['nobody', 'PUT', (id: string) => place(id, 'x'), 401, 'who are you? (token-invalid)\n', 'stranger'],
  ['another project', 'GET', (id: string) => place(id), 404, 'there is no such image\n', 'bob'],
  [
    'a reader who writes',
    'PUT',
    (id: string) => place(id, 'x'),
    403,
    /^you may not: your role/,
    'reader-user',
  ],
  ['an id that is no UUID', 'GET', () => '/labels/of/nothing', 400, 'an image id is a UUID\n', 'alice'],
  [
    'a question mark',
    'PUT',
    (id: string) => `${place(id, 'x')}?y`,
    400,
    'write ? in a tag as %3F\n',
    'alice',
  ],
  ['a tag too long', 'PUT', (id: string) => place(id, 'x'.repeat(256)), 400, /too-long/, 'alice'],
  ['ill-formed UTF-8', 'PUT', (id: string) => `/labels/%ff/of/${id}`, 400, /not text in UTF-8/, 'alice'],
  ['another method', 'PATCH', (id: string) => place(id), 404, 'there is no such operation\n', 'alice'],
] as const)(
  '%s gets an answer in the words of the dialect',
  async (_, method, path, status, words, token) => {
    const id = await openstack(alice()).create({});
    const answer = await plain(method, path(id), token);
    expect([answer.status, answer.headers['content-type']]).toEqual([status, 'text/plain; charset=utf-8']);
    if (typeof words === 'string') expect(answer.text).toBe(words);
    else expect(answer.text).toMatch(words);
  },
);

test('its limit is its own, and does not bind other dialects', async () => {
  const id = await openstack(alice()).create({ tags: ['a', 'b', 'c'] });
  const answer = await plain('PUT', place(id, 'one more'));
  expect([answer.status, answer.text]).toEqual([409, 'an image has at most 3 tags\n']);
  expect((await openstack(alice()).put(id, 'one more')).status).toBe(204);
});

test('its setting is read with all others, and what is wrong with it stops the start', () => {
  const read = (env: Record<string, string>) => readConfig(env, [...dialects, plainTags]);
  expect(read({}).ofDialects['plain-tags']).toEqual({ tagsPerImage: 64 });
  expect(() => read({ TAGWAY_PLAIN_TAGS_PER_IMAGE: 'many' })).toThrow(
    'TAGWAY_PLAIN_TAGS_PER_IMAGE must be a whole number from 1 to 1000, not "many"',
  );
  expect(() => readConfig({ TAGWAY_PLAIN_TAGS_PER_IMAGE: '3' }, dialects)).toThrow('is no setting');
});

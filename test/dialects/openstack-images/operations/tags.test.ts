import { randomUUID } from 'node:crypto';
import { testGateway } from '../../../support/gateway';
import { alpha, testAuthenticator } from '../../../support/test-authenticator';
import { glanceClient, removed, replaced } from '../glance-client';

const given = testGateway({
  env: { TAGWAY_IMAGE_TAG_QUOTA: '4' },
  replace: { authenticator: testAuthenticator },
});
const glance = glanceClient(given);

const at = (id: string): string => `/v2/images/${id}`;

describe('the tags of an image', () => {
  const tagsOf = async (id: string): Promise<readonly string[]> => (await glance.show(id)).tags;

  test('they are given at creation, doubles once, then added and removed one by one', async () => {
    const { id, tags } = await glance.create({ tags: ['sniff', 'bar', 'sniff'] });
    expect(tags).toEqual(['bar', 'sniff']);
    expect(await glance.put(`${at(id)}/tags/snozz`, undefined)).toMatchObject({ status: 204, text: '' });
    expect(await tagsOf(id)).toEqual(['bar', 'sniff', 'snozz']);
    expect((await glance.put(`${at(id)}/tags/snozz`, undefined)).status).toBe(204);
    expect(await tagsOf(id)).toEqual(['bar', 'sniff', 'snozz']);
    expect(await glance.remove(`${at(id)}/tags/bar`)).toMatchObject({ status: 204, text: '' });
    expect(await tagsOf(id)).toEqual(['sniff', 'snozz']);
    expect((await glance.remove(`${at(id)}/tags/bar`)).status).toBe(404);
    expect((await glance.get(`${at(id)}/tags/sniff`)).status).toBe(405);
  });

  test('a patch replaces them as a whole, doubles once, and cannot remove the attribute', async () => {
    const { id } = await glance.create({ tags: ['old'] });
    const patched = await glance.patch(id, [replaced('tags', ['sniff', 'snozz', 'snozz'])]);
    expect(patched.json<{ tags: string[] }>().tags).toEqual(['sniff', 'snozz']);
    expect((await glance.patch(id, [removed('tags')])).status).toBe(403);
    expect((await glance.patch(id, [replaced('tags', 'sniff')])).status).toBe(400);
    expect((await glance.patch(id, [replaced('tags', [5])])).status).toBe(400);
    expect((await glance.patch(id, [replaced('tags', [])])).status).toBe(200);
    expect(await tagsOf(id)).toEqual([]);
  });

  test('a tag has 255 characters at most, wherever it is given', async () => {
    const { id } = await glance.create();
    const [longest, tooLong] = ['t'.repeat(255), 't'.repeat(256)];
    expect((await glance.put(`${at(id)}/tags/${longest}`, undefined)).status).toBe(204);
    expect((await glance.put(`${at(id)}/tags/${tooLong}`, undefined)).status).toBe(400);
    expect((await glance.patch(id, [replaced('tags', [tooLong])])).status).toBe(400);
    expect(await tagsOf(id)).toEqual([longest]);
  });

  test('more than the quota are refused by every way in, and nothing is changed', async () => {
    const { id } = await glance.create({ tags: ['1', '2', '3', '4'] });
    expect((await glance.put(`${at(id)}/tags/5`, undefined)).status).toBe(413);
    expect((await glance.put(`${at(id)}/tags/4`, undefined)).status).toBe(204);
    expect((await glance.patch(id, [replaced('tags', ['1', '2', '3', '4', '5'])])).status).toBe(413);
    expect((await glance.post('/v2/images', { tags: ['1', '2', '3', '4', '5'] })).status).toBe(413);
    expect(await tagsOf(id)).toEqual(['1', '2', '3', '4']);
  });

  test('an image that is not there, or that another project keeps to itself, has no tags to change', async () => {
    const { id } = await glance.create({ tags: ['kept'], visibility: 'private' });
    for (const [imageId, token] of [
      [randomUUID(), 'alice'],
      [id, 'bob'],
    ] as const) {
      expect((await glance.put(`${at(imageId)}/tags/kept`, undefined, token)).status).toBe(404);
      expect((await glance.remove(`${at(imageId)}/tags/kept`, token)).status).toBe(404);
    }
    expect(await tagsOf(id)).toEqual(['kept']);
  });

  test('tags of a public image are changed by its owner alone', async () => {
    const { id } = await glance.create({ tags: ['kept'], visibility: 'public', owner: alpha }, 'admin');
    expect((await glance.put(`${at(id)}/tags/new`, undefined, 'bob')).status).toBe(403);
    expect((await glance.remove(`${at(id)}/tags/kept`, 'bob')).status).toBe(403);
    expect((await glance.put(`${at(id)}/tags/new`, undefined, 'carol')).status).toBe(204);
    expect(await tagsOf(id)).toEqual(['kept', 'new']);
  });
});

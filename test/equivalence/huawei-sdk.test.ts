import { testGateway } from '../support/gateway';
import { sdkClient } from '../support/huawei-sdk';

const given = testGateway();
let sdk: ReturnType<typeof sdkClient>;
let image: string;

beforeAll(async () => {
  const { directory, accessKeys } = given().gateway.identity;
  const project = await directory.createProject({ name: 'eu-de' });
  const user = await directory.createUser({ name: 'sdk', password: 'p' });
  await directory.setRoles(project.id, user.id, ['member']);
  sdk = sdkClient(given().url, await accessKeys.create(user.id, project.id), 'eu-de');
  const made = await sdk.send({ method: 'POST', path: '/v2/images', body: { name: 'sdk' } });
  image = String(made['id']);
  expect(sdk.projectId()).toBe(project.id);
});

/** A call of the documented table; the SDK fills in `{project_id}` itself. */
function call(method: string, path: string, more: { body?: object; query?: Record<string, string> } = {}) {
  return sdk.send({ method, path: path.replace('{image_id}', image), ...more });
}

const tagsPath = '/v2/{project_id}/images/{image_id}/tags';

test('T1 AddImageTag and T2 ListImageTags', async () => {
  const added = await call('POST', tagsPath, { body: { tag: { key: 'k', value: 'v' } } });
  expect(added.httpStatusCode).toBe(204);
  const listed = await call('GET', tagsPath);
  expect(listed).toMatchObject({ httpStatusCode: 200, tags: [{ key: 'k', value: 'v' }] });
});

test('T4 BatchAddOrDeleteTags, T5 ListImagesTags and T6 ListImageByTags', async () => {
  const tags = [
    { key: 'a', value: '1' },
    { key: 'b', value: '' },
  ];
  const made = await call('POST', `${tagsPath}/action`, { body: { action: 'create', tags } });
  expect(made.httpStatusCode).toBe(204);
  expect(await call('GET', '/v2/{project_id}/images/tags')).toMatchObject({
    tags: [
      { key: 'a', values: ['1'] },
      { key: 'b', values: [''] },
      { key: 'k', values: ['v'] },
    ],
  });
  const filter = { action: 'filter', limit: '10', offset: '0', tags: [{ key: 'a', values: ['1', '2'] }] };
  const found = await call('POST', '/v2/{project_id}/images/resource_instances/action', { body: filter });
  expect(found).toMatchObject({
    total_count: 1,
    resources: [{ resource_id: image, resource_name: 'sdk', resource_detail: { status: 'queued' } }],
  });
  const count = await call('POST', '/v2/{project_id}/images/resource_instances/action', {
    body: { action: 'count', not_tags: [{ key: 'a', values: [] }] },
  });
  expect(count['total_count']).toBe(0);
  const gone = await call('POST', `${tagsPath}/action`, { body: { action: 'delete', tags: [tags[1]] } });
  expect(gone.httpStatusCode).toBe(204);
});

test('T3 DeleteImageTag removes a key once, and the SDK reads the code of the refusal', async () => {
  expect((await call('DELETE', `${tagsPath}/k`)).httpStatusCode).toBe(204);
  await expect(call('DELETE', `${tagsPath}/k`)).rejects.toMatchObject({
    httpStatusCode: 404,
    errorCode: 'IMG.0121',
    requestId: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
});

test('T8 CreateOrUpdateTags in both forms and T9 ListTags', async () => {
  const text = await call('PUT', '/v1/cloudimages/tags', { body: { image_id: image, tag: 'aaaa.1111' } });
  const pair = { key: 'env', value: 'prod' };
  const object = await call('PUT', '/v1/cloudimages/tags', { body: { image_id: image, image_tag: pair } });
  expect([text.httpStatusCode, object.httpStatusCode]).toEqual([204, 204]);
  const listed = await call('GET', '/v1/cloudimages/tags', { query: { limit: '5', page: '1' } });
  expect(listed['tags']).toEqual(['a=1', 'aaaa=1111', 'env=prod']);
});

test('T7 BatchDeleteTags sends its body with DELETE', async () => {
  const path = '/v1/{project_id}/cloudimages/{image_id}/tags/delete';
  const tags = [{ key: 'env', value: 'prod' }, { key: 'never', value: 'there' }, { key: 'aaaa' }];
  expect((await call('DELETE', path, { body: { tags } })).httpStatusCode).toBe(204);
  expect((await call('GET', tagsPath))['tags']).toEqual([{ key: 'a', value: '1' }]);
  await expect(call('DELETE', path, { body: { tags: [{ key: ' ' }] } })).rejects.toMatchObject({
    httpStatusCode: 400,
    errorCode: 'IMG.0115',
  });
});

test('T10 GlanceCreateTag and T11 GlanceDeleteTag are signed as well', async () => {
  const path = '/v2/images/{image_id}/tags/native';
  expect((await call('PUT', path)).httpStatusCode).toBe(204);
  expect((await call('GET', tagsPath))['tags']).toContainEqual({ key: 'native', value: '' });
  expect((await call('DELETE', path)).httpStatusCode).toBe(204);
  await expect(call('DELETE', path)).rejects.toMatchObject({ httpStatusCode: 404 });
});

test('ListImages finds by a tag in Key=Value form', async () => {
  const found = await call('GET', '/v2/cloudimages', { query: { tag: 'a=1', __imagetype: 'private' } });
  expect(found).toMatchObject({ images: [{ id: image, name: 'sdk', tags: ['a=1'] }] });
  const none = await call('GET', '/v2/cloudimages', { query: { tag: 'a=2' } });
  expect(none['images']).toEqual([]);
});

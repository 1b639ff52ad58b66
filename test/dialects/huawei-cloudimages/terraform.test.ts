import { aCaller, testGateway } from '../../support/gateway';
import { type Exchange, play, type Player } from '../../support/script';
import { alpha, testAuthenticator } from '../../support/test-authenticator';
import { send } from '../../support/wire';
import {
  change,
  created,
  destroyed,
  fresh,
  job,
  old,
  pair,
  readImage,
  readTags,
  server,
} from './terraform-steps';

/*
 * What the two Terraform providers send, in their order and with the statuses that they insist on. `otc` is
 * terraform-provider-opentelekomcloud, `hw` terraform-provider-huaweicloud.
 */
const given = testGateway({ replace: { authenticator: testAuthenticator } });
const otc = (): Player => ({
  port: given().port,
  headers: {
    'X-Auth-Token': 'alice',
    'X-Language': 'en-us',
    'User-Agent': 'golangsdk/2.0.0',
    Accept: 'application/json',
  },
});
const hw = (): Player => ({
  port: given().port,
  headers: { 'X-Auth-Token': 'alice', 'User-Agent': 'terraform-provider-iac', Accept: 'application/json' },
});

describe('otc', () => {
  test('ims_image_v2: create, change tags by reading, deleting and creating, rename, destroy', async () => {
    await play(otc(), [
      ...created(server),
      readTags('read the tags to delete', ...old),
      change('delete exactly those', 'delete', old),
      readTags('the image has no tags for a moment'),
      change('create all new', 'create', fresh),
      readImage('read again', { tags: ['env=prod', 'team=a/b'] }),
      readTags('read the tags again', ...fresh),
      {
        does: 'rename',
        method: 'PATCH',
        path: '/v2/cloudimages/{id}',
        body: [{ op: 'replace', path: '/name', value: 'renamed' }],
        status: 200,
        shows: { id: '{id}', name: 'renamed' },
      },
      ...destroyed,
      {
        does: 'refresh after the end',
        method: 'GET',
        path: '/v2/cloudimages?id={id}',
        status: 200,
        is: { images: [] },
      },
    ]);
  });

  test('ims_data_image_v2: the tags go to the image that the sub-job names', async () => {
    await play(otc(), [
      {
        does: 'create from a volume',
        method: 'POST',
        path: '/v2/cloudimages/action',
        body: { data_images: [{ name: 'data', volume_id: 'c5dfbd0c-bf0a-4798-a453-61dc6b54aa30' }] },
        status: 200,
        keep: { job: 'job_id' },
      },
      {
        ...job('wait for the job', 'imsVolumesToSysDataImagesJob', {
          entities: { sub_jobs_result: [{ status: 'SUCCESS', entities: { image_name: 'data' } }] },
        }),
        keep: { id: 'entities.sub_jobs_result.0.entities.image_id', same: 'entities.image_id' },
      },
      change('set the tags', 'create', fresh),
      readImage('read the image', {
        id: '{same}',
        virtual_env_type: 'DataImage',
        tags: ['env=prod', 'team=a/b'],
      }),
      readTags('read its tags', ...fresh),
      ...destroyed,
    ]);
  });

  test('ims_data_image_v2 from a file asks for a call that is in no document', async () => {
    await play(otc(), [
      {
        does: 'create from a file',
        method: 'POST',
        path: '/v1/cloudimages/action',
        body: { name: 'data', image_url: 'ims-image:centos70.qcow2', min_disk: 40, os_type: 'Linux' },
        status: 404,
        shows: { error_code: 'APIGW.0101' },
      },
    ]);
  });

  test('images_image_v2: tags as texts, and a data source that finds by one', async () => {
    await play(otc(), [
      {
        does: 'create',
        method: 'POST',
        path: '/v2/images',
        body: { name: 'native', container_format: 'bare', disk_format: 'raw', tags: ['find=me', 'x'] },
        status: 201,
        shows: { status: 'queued', tags: ['find=me', 'x'] },
        keep: { id: 'id' },
      },
      {
        does: 'find by a tag',
        method: 'GET',
        path: '/v2/cloudimages?tag=find%3Dme',
        status: 200,
        shows: { images: [{ id: '{id}' }] },
      },
      readTags('Huawei sees pairs', pair('find', 'me'), pair('x', '')),
      ...destroyed,
    ]);
  });

  test('a create that is refused after the delete leaves no tags; the next run repairs it', async () => {
    const bad = [pair('ok', ''), pair('env', 'v'.repeat(44))];
    await play(otc(), [
      ...created(server),
      readTags('read the tags to delete', ...old),
      change('delete exactly those', 'delete', old),
      change('create what is refused', 'create', bad, 400),
      readTags('nothing of it is stored'),
      readImage('the next run reads the image', { tags: [] }),
      readTags('and has nothing to delete'),
      change('create what is right', 'create', fresh),
      readTags('all is well', ...fresh),
    ]);
  });
});

describe('hw', () => {
  const list = '/v2/cloudimages?enterprise_project_id=all_granted_eps&id={id}';

  test('images: create, change tags by deleting the old state, destroy', async () => {
    await play(hw(), [
      ...created(server),
      { does: 'read', method: 'GET', path: list, status: 200, shows: { images: [{ id: '{id}' }] } },
      change('delete the old state', 'delete', old),
      change('create all new', 'create', fresh),
      readTags('read the tags', ...fresh),
      ...destroyed,
    ]);
  });

  test('an old state that is stale deletes nothing wrong, and the create replaces', async () => {
    await play(hw(), [
      ...created(server),
      change('somebody else changes a value', 'create', [pair('env', 'elsewhere')]),
      change('delete the old state', 'delete', old),
      readTags('the changed one stays', pair('env', 'elsewhere')),
      change('create all new', 'create', fresh),
      readTags('and gives way', ...fresh),
      change('deleting twice does no harm', 'delete', old),
      readTags('nothing is lost', ...fresh),
    ]);
  });

  test('an outage between the delete and the create: 503, no tags, and the same run again repairs it', async () => {
    const kept = await play(hw(), [...created(server), change('delete the old state', 'delete', old)]);
    await given().database.transaction(async (client) => {
      await client.query({ text: 'lock table image_tags in access exclusive mode' }, []);
      await play(hw(), [change('the create fails', 'create', fresh, 503)], kept);
    });
    await play(
      hw(),
      [
        readTags('no tags are left'),
        change('again: delete the old state', 'delete', old),
        change('again: create all new', 'create', fresh),
        readTags('all is well', ...fresh),
      ],
      kept,
    );
  });

  test('ims_images_by_tags reads pages of a thousand until one is empty, then counts', async () => {
    const kept = await play(hw(), created({ ...server }));
    const search = (does: string, more: object, is: object): Exchange => ({
      does,
      method: 'POST',
      path: `/v2/${alpha}/images/resource_instances/action`,
      body: { ...more, tags: [{ key: 'by_tags', values: ['yes'] }] },
      status: 200,
      shows: is,
    });
    await play(
      hw(),
      [
        change('mark it', 'create', [pair('by_tags', 'yes')]),
        search(
          'the first page',
          { action: 'filter', limit: '1000', offset: '0' },
          { total_count: 1, resources: [{ resource_id: '{id}', resource_name: 'terraform' }] },
        ),
        search(
          'the next page',
          { action: 'filter', limit: '1000', offset: '1000' },
          { total_count: 1, resources: [] },
        ),
        search('count', { action: 'count' }, { total_count: 1 }),
      ],
      kept,
    );
  });

  test('ims_tags reads all tags of the project', async () => {
    const kept = await play(hw(), created(server));
    const answer = await send(given().port, 'GET', `/v2/${alpha}/images/tags`, { token: 'alice' });
    expect(answer.json()).toMatchObject({ tags: expect.arrayContaining([{ key: 'owner', values: [''] }]) });
    await play(hw(), destroyed, kept);
  });

  test('images_images follows markers, with a raw tag filter, until a page is empty', async () => {
    const made: string[] = [];
    for (let n = 0; n < 3; n++) {
      const { imageId } = await given().gateway.images.create(
        aCaller(alpha),
        {
          status: 'active',
          tags: ['foo=bar'],
        },
        128,
      );
      made.unshift(imageId);
    }
    const base = '/v2/cloudimages?status=active&enterprise_project_id=all_granted_eps&tag=foo=bar&limit=2';
    const found: string[] = [];
    for (let marker = ''; ; marker = `&marker=${String(found.at(-1))}`) {
      const answer = await send(given().port, 'GET', `${base}${marker}`, { token: 'alice' });
      const page = answer.json<{ images: { id: string }[] }>().images;
      if (page.length === 0) break;
      found.push(...page.map(({ id }) => id));
    }
    expect(found).toEqual(made);
  });
});

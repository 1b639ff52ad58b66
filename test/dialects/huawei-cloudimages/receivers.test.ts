import { aDirectory } from './lands';

const site = aDirectory();

describe('an account as receiver', () => {
  test('stands for the projects that it has', async () => {
    const { alice, share, members, image, domain, inDomain } = await site();
    const id = await image();
    expect(await share('POST', { images: [id], domains: [domain] })).toMatchObject({
      status: 'SUCCESS',
      entities: { results: inDomain.map(() => ({ image_id: id, status: 'success' })) },
    });
    expect((await members(id)).map(({ member_id }) => member_id)).toEqual([...inDomain].sort());
    expect((await members(id)).every(({ member_type }) => member_type === 'project')).toBe(true);
    expect(await share('DELETE', { images: [id], domains: [domain] })).toMatchObject({ status: 'SUCCESS' });
    expect(await members(id)).toEqual([]);
    expect(alice.project).not.toBe('');
  });

  test('that is nowhere to be found fails, and the others are shared with', async () => {
    const { share, members, image, inDomain } = await site();
    const id = await image();
    const body = { images: [id], domains: ['nowhere'], projects: [inDomain[0]], organizations: null };
    expect(await share('POST', body)).toMatchObject({ status: 'FAIL', error_code: 'IMG.0108' });
    expect((await members(id)).map(({ member_id }) => member_id)).toEqual([inDomain[0]]);
  });
});

test('an organization is kept as a member, which nobody is', async () => {
  const { share, members, image } = await site();
  const id = await image();
  const urn = 'organizations:0a1b:ou:o-fhkmi6mek7wlqdp6nideqhb47qwtjdsv/ou-1';
  expect(await share('POST', { images: [id], organizations: [urn] })).toMatchObject({ status: 'SUCCESS' });
  expect(await members(id)).toEqual([
    expect.objectContaining({ member_id: urn, member_type: 'organization', urn, status: 'pending' }),
  ]);
  await share('DELETE', { images: [id], organizations: [urn] });
  expect(await members(id)).toEqual([]);
});

test.each([
  ['an invalid organization', { organizations: ['org'] }, 'IMG.0108'],
  ['an invalid account', { domains: ['a b'] }, 'IMG.0108'],
  ['no receiver', { domains: [], organizations: [], projects: [] }, 'IMG.0001'],
  ['a text as accounts', { domains: 'default' }, 'IMG.0001'],
])('%s is refused', async (_, receivers, code) => {
  const { ask, image } = await site();
  const answer = await ask('POST', '/v1/cloudimages/members', { images: [await image()], ...receivers });
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(code)]);
});

describe('a copy across regions', () => {
  const body = { name: 'copied', region: 'eu-nl', agency_name: 'ims_copy_image' };

  test('is in the project that stands for the other region', async () => {
    const { image, copy, there, ask } = await site();
    const id = await image({ __os_type: 'Linux' });
    const job = await copy(id, { ...body, project_name: 'eu-nl', description: 'test' });
    expect(job).toMatchObject({ job_type: 'imsCopyImageCrossRegionJob', status: 'SUCCESS' });
    const path = `/v2/images/${String(job.entities.image_id)}`;
    const copied = (await there(path)).json<Record<string, unknown>>();
    expect(copied).toMatchObject({
      name: 'copied',
      status: 'active',
      visibility: 'private',
      tags: [],
      __os_type: 'Linux',
      __description: 'test',
      __originalimagename: id,
    });
    expect((await ask('GET', path)).status).toBe(404);
  });

  test.each([
    ['no region', { region: '' }, 'IMG.0147'],
    ['no agency', { agency_name: undefined }, 'IMG.0001'],
    ['no project', { project_name: undefined }, 'IMG.0145'],
    ['a project that is not there', { project_name: 'nowhere' }, 'IMG.0145'],
    ['a project of others', { project_name: 'foreign' }, 'IMG.0145'],
    ['a project whose name is no text', { project_name: 'a\u0000b' }, 'IMG.0145'],
    ['a project that the caller only reads', { project_name: 'eu-ch' }, 'IMG.0151'],
    ['the own project', { project_name: 'eu-de' }, 'IMG.0142'],
    ['no name', { name: '' }, 'IMG.0013'],
  ])('with %s is refused', async (_, changes, code) => {
    const { image, ask } = await site();
    const fields = { ...body, project_name: 'eu-nl', ...changes };
    const answer = await ask('POST', `/v1/cloudimages/${await image()}/cross_region_copy`, fields);
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(code)]);
  });

  test('is refused for encrypted images and for ISO images, and for whole servers without a vault', async () => {
    const { image, ask, copy } = await site();
    const fields = { ...body, project_name: 'eu-nl' };
    const refused = async (id: string): Promise<string> =>
      (await ask('POST', `/v1/cloudimages/${id}/cross_region_copy`, fields)).text;
    expect(await refused(await image({ __system__cmkid: 'k' }))).toContain('IMG.0143');
    expect(await refused(await image({ disk_format: 'iso' }))).toContain('IMG.0167');
    const whole = await image({ __whole_image: 'true' });
    expect(await refused(whole)).toContain('IMG.0001');
    expect(await copy(whole, { ...fields, vault_id: 'v' })).toMatchObject({ status: 'SUCCESS' });
  });
});

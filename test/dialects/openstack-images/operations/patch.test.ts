import { randomUUID } from 'node:crypto';
import { testGateway } from '../../../support/gateway';
import { alpha, beta, testAuthenticator } from '../../../support/test-authenticator';
import { send } from '../../../support/wire';
import { added, glanceClient, type ImageBody, removed, replaced } from '../glance-client';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const glance = glanceClient(given);

describe('custom properties', () => {
  test('are added, replaced and removed, together with fields, in one patch', async () => {
    const { id } = await glance.create({ name: 'before', type: 'kernel', foo: 'bar', gone: 'soon' });
    const answer = await glance.patch(id, [
      replaced('name', 'after'),
      replaced('disk_format', 'vhd'),
      replaced('container_format', 'ami'),
      added('new', 'here'),
      replaced('foo', 'changed'),
      removed('gone'),
    ]);
    expect(answer.status).toBe(200);
    const expected = { name: 'after', disk_format: 'vhd', type: 'kernel', new: 'here', foo: 'changed' };
    expect(answer.json()).toMatchObject(expected);
    const shown = await glance.show(id);
    expect(shown).toMatchObject(expected);
    expect(shown).not.toHaveProperty('gone');
  });

  test('add replaces a property that is there', async () => {
    const { id } = await glance.create({ foo: 'old' });
    expect((await glance.patch(id, [added('foo', 'new')])).status).toBe(200);
    expect(await glance.show(id)).toHaveProperty('foo', 'new');
  });

  test('replace and remove of a property that is not there are a clash, and nothing is changed', async () => {
    const { id } = await glance.create({ foo: 'bar' });
    for (const change of [replaced('absent', 'x'), removed('absent')]) {
      expect((await glance.patch(id, [added('foo', 'changed'), change])).status).toBe(409);
    }
    expect(await glance.show(id)).toHaveProperty('foo', 'bar');
  });

  test('changes build on one another in the order of the patch', async () => {
    const { id } = await glance.create();
    const changes = [added('a', '1'), replaced('a', '2'), removed('a'), added('a', '3'), added('b', '4')];
    expect((await glance.patch(id, changes)).status).toBe(200);
    expect(await glance.show(id)).toMatchObject({ a: '3', b: '4' });
    expect((await glance.patch(id, [removed('a'), replaced('a', '5')])).status).toBe(409);
    expect(await glance.show(id)).toHaveProperty('a', '3');
  });

  test('are texts, of names that may hold escaped slashes and tildes', async () => {
    const { id } = await glance.create();
    expect((await glance.patch(id, [added('a', 5)])).status).toBe(400);
    expect((await glance.patch(id, [added('a', { b: 'c' })])).status).toBe(400);
    expect((await glance.patch(id, [added('one~1two~0three', 'x')])).status).toBe(200);
    expect((await glance.show(id))['one/two~three']).toBe('x');
  });

  test('up to 128 of them are taken, and no more', async () => {
    const { id } = await glance.create();
    const many = (count: number): unknown[] =>
      Array.from({ length: count }, (_, index) => added(`p${String(index)}`, 'x'));
    expect((await glance.patch(id, many(129))).status).toBe(413);
    expect(await glance.show(id)).not.toHaveProperty('p0');
    expect((await glance.patch(id, many(128))).status).toBe(200);
  });
});

describe('fields', () => {
  test('have their values checked', async () => {
    const { id } = await glance.create();
    for (const [name, value] of [
      ['name', 5],
      ['min_disk', -1],
      ['min_ram', '512'],
      ['protected', 'yes'],
      ['visibility', 'secret'],
      ['disk_format', 'floppy'],
      ['container_format', 'bag'],
      ['tags', 'one'],
      ['os_hidden', 'no'],
    ] as const) {
      const answer = await glance.patch(id, [replaced(name, value)]);
      expect([name, answer.status]).toEqual([name, 400]);
    }
    expect(await glance.show(id)).toMatchObject({ name: null, min_disk: 0, protected: false, tags: [] });
  });

  test.each(['name', 'visibility', 'tags', 'protected', 'disk_format', 'min_disk', 'owner', 'os_hidden'])(
    '%s may not be removed',
    async (name) => {
      const { id } = await glance.create();
      const answer = await glance.patch(id, [removed(name)]);
      expect([answer.status, answer.text]).toEqual([
        403,
        expect.stringContaining(`Property ${name} may not be removed.`),
      ]);
    },
  );

  const readOnly = [
    ...['id', 'status', 'size', 'checksum', 'created_at', 'updated_at', 'virtual_size', 'os_hash_algo'],
    ...['self', 'file', 'schema', 'direct_url'],
  ];
  test.each(readOnly)('%s is read-only', async (name) => {
    const { id } = await glance.create();
    const before = await glance.show(id);
    for (const change of [replaced(name, 'x'), added(name, 'x'), removed(name)]) {
      const answer = await glance.patch(id, [change]);
      expect([answer.status, answer.text]).toEqual([403, expect.stringMatching(/is (read-only|reserved)\./)]);
    }
    expect(await glance.show(id)).toEqual(before);
  });

  test('formats are changed as long as the image is queued', async () => {
    const { id } = await glance.create({ disk_format: 'raw', container_format: 'bare' });
    expect((await glance.patch(id, [replaced('disk_format', 'qcow2')])).status).toBe(200);
    expect((await glance.upload(id, Buffer.from('data'))).status).toBe(204);
    for (const [name, value] of [
      ['disk_format', 'vhd'],
      ['container_format', 'ami'],
    ] as const) {
      expect((await glance.patch(id, [replaced(name, value)])).status).toBe(403);
    }
    expect(await glance.show(id)).toMatchObject({ disk_format: 'qcow2', container_format: 'bare' });
  });

  test('a hidden image is still changed and shown', async () => {
    const { id } = await glance.create();
    expect((await glance.patch(id, [replaced('os_hidden', true)])).status).toBe(200);
    expect((await glance.patch(id, [replaced('name', 'quiet')])).status).toBe(200);
    expect(await glance.show(id)).toMatchObject({ os_hidden: true, name: 'quiet' });
  });

  test('the members that a project shared with keep their access only while it is shared', async () => {
    const { id } = await glance.create({ owner: beta }, 'admin');
    await glance.post(`/v2/images/${id}/members`, { member: alpha }, 'bob');
    expect((await glance.patch(id, [replaced('visibility', 'private')], 'bob')).status).toBe(200);
    expect((await glance.get(`/v2/images/${id}`)).status).toBe(404);
  });
});

describe('the two media types', () => {
  test('version 2.0 names the operation by the member that holds the path', async () => {
    const { id } = await glance.create({ foo: 'bar', gone: 'soon' });
    const changes = [
      { replace: '/name', value: 'renamed' },
      { add: '/new', value: 'here' },
      { replace: '/foo', value: 'changed' },
      { remove: '/gone' },
      { replace: '/tags', value: ['a', 'b'] },
    ];
    const answer = await glance.patch(id, changes, 'alice', 'v2.0');
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ name: 'renamed', new: 'here', foo: 'changed', tags: ['a', 'b'] });
    expect(answer.json()).not.toHaveProperty('gone');
  });

  test('add in version 2.0 refuses a property that is there already', async () => {
    const { id } = await glance.create({ foo: 'bar' });
    const answer = await glance.patch(id, [{ add: '/foo', value: 'x' }], 'alice', 'v2.0');
    expect([answer.status, answer.text]).toEqual([
      409,
      expect.stringContaining('Property foo already present.'),
    ]);
    expect(await glance.show(id)).toHaveProperty('foo', 'bar');
  });

  test.each([
    ['no operation', { path: '/a', value: 'x' }],
    ['two operations', { add: '/a', remove: '/b', value: 'x' }],
    ['an operation of 2.1', { op: 'add', path: '/a', value: 'x' }],
    ['no value', { add: '/a' }],
  ])('version 2.0 refuses %s', async (_what, change) => {
    const { id } = await glance.create();
    expect((await glance.patch(id, [change], 'alice', 'v2.0')).status).toBe(400);
  });

  test.each([
    ['no operation', { path: '/a', value: 'x' }],
    ['an unknown operation', { op: 'move', path: '/a', from: '/b' }],
    ['an operation of 2.0', { add: '/a', value: 'x' }],
    ['no path', { op: 'add', value: 'x' }],
    ['no value', { op: 'add', path: '/a' }],
    ['a text for a change', 'add'],
  ])('version 2.1 refuses %s', async (_what, change) => {
    const { id } = await glance.create();
    expect((await glance.patch(id, [change])).status).toBe(400);
  });

  test.each(['application/json', 'application/json-patch+json', 'text/plain'])(
    '%s is no patch: 415',
    async (type) => {
      const { id } = await glance.create();
      const answer = await send(given().port, 'PATCH', `/v2/images/${id}`, {
        token: 'alice',
        headers: { 'Content-Type': type },
        body: [added('a', 'b')],
      });
      expect(answer.status).toBe(415);
      expect(answer.headers['accept-patch']).toContain('application/openstack-images-v2.1-json-patch');
    },
  );

  test('a body that is no list, or is absent, is refused; an empty list changes nothing', async () => {
    const { id } = await glance.create();
    const before: ImageBody = await glance.show(id);
    expect((await glance.patch(id, { op: 'add', path: '/a', value: 'x' })).status).toBe(400);
    expect((await glance.patch(id, undefined)).status).toBe(400);
    expect((await glance.patch(id, [])).status).toBe(200);
    expect(await glance.show(id)).toEqual(before);
  });
});

describe('pointers', () => {
  test.each(['a', '', '/a/', '/a//b', '/a/b', '/tags/0', '/tags/-', '/name/first', '/a~2b', '/a~', 5, null])(
    '%j is refused',
    async (path) => {
      const { id } = await glance.create({ tags: ['kept'] });
      const answer = await glance.patch(id, [{ op: 'add', path, value: 'x' }]);
      expect(answer.status).toBe(400);
      expect((await glance.show(id)).tags).toEqual(['kept']);
    },
  );

  test('a slash alone is the property without a name', async () => {
    const { id } = await glance.create();
    expect((await glance.patch(id, [{ op: 'add', path: '/', value: 'x' }])).status).toBe(200);
    expect(await glance.show(id)).toHaveProperty([''], 'x');
  });

  test('locations are not shown, and so not changed', async () => {
    const { id } = await glance.create();
    const place = { url: 'file:///etc/passwd', metadata: {} };
    const changes = [
      replaced('locations', [place]),
      replaced('locations', []),
      { op: 'add', path: '/locations/-', value: place },
      { op: 'remove', path: '/locations/0' },
    ];
    for (const change of changes) expect((await glance.patch(id, [change])).status).toBe(403);
    expect(await glance.show(id)).not.toHaveProperty('locations');
  });
});

test('a patch of an image that is not there is 404', async () => {
  expect((await glance.patch(randomUUID(), [added('a', 'b')])).status).toBe(404);
});

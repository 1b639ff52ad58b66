import type { Caller, AccessLevel } from '../../src/core/caller';
import type { MemberStatus, Visibility } from '../../src/core/image';
import type { Authenticator } from '../../src/identity/authenticator';
import { aCaller, testGateway } from '../support/gateway';
import { alpha, beta } from '../support/test-authenticator';
import { send } from '../support/wire';

/**
 * The whole table of who may what, over real HTTP: every role in the owning project and in another one, and every
 * scope, against images of every visibility and membership, through an operation of every kind in every dialect.
 * What is expected is written here by hand and shares nothing with src/core/policy.ts.
 */
const accessLevels: AccessLevel[] = ['none', 'reader', 'member', 'admin'];

interface Who {
  readonly name: string;
  readonly caller: Caller;
}

const people: Who[] = [
  ...accessLevels.flatMap((accessLevel) => [
    { name: `${accessLevel} of the owner`, caller: aCaller(alpha, { accessLevel, roles: [accessLevel] }) },
    {
      name: `${accessLevel} of another project`,
      caller: aCaller(beta, { accessLevel, roles: [accessLevel] }),
    },
  ]),
  ...(['domain', 'system', 'unscoped'] as const).map((scope) => ({
    name: `admin with ${scope} scope`,
    caller: aCaller(alpha, { scope, projectId: null, accessLevel: 'admin', roles: ['admin'] }),
  })),
];

const authenticator: Authenticator = {
  authenticate: ({ headers }) => {
    const found = people.find(({ name }) => name === headers['x-auth-token']);
    return Promise.resolve(found ? { caller: found.caller } : { fault: 'token-invalid' });
  },
};

const given = testGateway({ replace: { authenticator } });

interface Picture {
  readonly visibility: Visibility;
  readonly membership: MemberStatus | null;
}

const pictures: Picture[] = [
  ...(['private', 'community', 'public', 'shared'] as const).map((visibility) => ({
    visibility,
    membership: null,
  })),
  ...(['pending', 'accepted', 'rejected'] as const).map((membership) => ({
    visibility: 'shared' as const,
    membership,
  })),
];

const ids = new Map<Picture, string>();
beforeAll(async () => {
  const { gateway, port } = given();
  for (const picture of pictures) {
    const operator = aCaller(alpha, { accessLevel: 'admin', roles: ['admin'] });
    const { imageId } = await gateway.images.create(
      operator,
      {
        name: `${picture.visibility} ${String(picture.membership)}`,
        visibility: picture.visibility,
        tags: ['t', 'k=v'],
      },
      128,
    );
    ids.set(picture, imageId);
    if (picture.membership === null) continue;
    const path = `/v2/images/${imageId}/members`;
    const [owner, other] = ['member of the owner', 'member of another project'];
    await send(port, 'POST', path, { token: owner, body: { member: beta } });
    await send(port, 'PUT', `${path}/${beta}`, { token: other, body: { status: picture.membership } });
  }
});

type Sight = 'nothing' | 'unreadable' | 'reads' | 'writes';

/** What the caller may do with an image of alpha, by a path that names no project. */
function sightOf({ scope, accessLevel, projectId }: Caller, { visibility, membership }: Picture): Sight {
  const own = projectId === alpha;
  const open = visibility === 'public' || visibility === 'community';
  if (scope !== 'project') return open || accessLevel === 'admin' ? 'unreadable' : 'nothing';
  if (accessLevel === 'admin') return 'writes';
  if (!own && !open && membership === null) return 'nothing';
  if (accessLevel === 'none') return visibility === 'public' ? 'reads' : 'unreadable';
  return own && accessLevel === 'member' ? 'writes' : 'reads';
}

/** The same on a path that names the caller's project: there an admin is a member and no more. */
function sightInProject(caller: Caller, picture: Picture): Sight {
  const { accessLevel, projectId } = caller;
  if (accessLevel !== 'admin') return sightOf(caller, picture);
  return sightOf(aCaller(projectId ?? '', { accessLevel: 'member' }), picture);
}

interface Operation {
  readonly name: string;
  readonly method: string;
  /** @param own the caller's project */
  readonly path: (image: string, own: string) => string;
  readonly body?: (image: string) => unknown;
  readonly headers?: Record<string, string>;
  readonly namesProject?: true;
  /** Status by what the caller sees. */
  readonly expected: Readonly<Record<Sight, number>>;
}

const patch = { 'Content-Type': 'application/openstack-images-v2.1-json-patch' };
const inProject = { namesProject: true } as const;

const operations: Operation[] = [
  {
    name: 'OpenStack: show',
    method: 'GET',
    path: (image) => `/v2/images/${image}`,
    expected: { nothing: 404, unreadable: 404, reads: 200, writes: 200 },
  },
  {
    name: 'OpenStack: add a tag',
    method: 'PUT',
    path: (image) => `/v2/images/${image}/tags/t`,
    expected: { nothing: 404, unreadable: 404, reads: 403, writes: 204 },
  },
  {
    name: 'OpenStack: replace the tags',
    method: 'PATCH',
    path: (image) => `/v2/images/${image}`,
    headers: patch,
    body: () => [{ op: 'replace', path: '/tags', value: ['t', 'k=v'] }],
    expected: { nothing: 404, unreadable: 404, reads: 403, writes: 200 },
  },
  {
    name: 'Huawei v2: list the tags',
    method: 'GET',
    path: (image, own) => `/v2/${own}/images/${image}/tags`,
    ...inProject,
    expected: { nothing: 404, unreadable: 403, reads: 200, writes: 200 },
  },
  {
    name: 'Huawei v2: add a tag',
    method: 'POST',
    path: (image, own) => `/v2/${own}/images/${image}/tags`,
    body: () => ({ tag: { key: 'k', value: 'v' } }),
    ...inProject,
    expected: { nothing: 404, unreadable: 403, reads: 403, writes: 204 },
  },
  {
    name: 'Huawei v2: a batch',
    method: 'POST',
    path: (image, own) => `/v2/${own}/images/${image}/tags/action`,
    body: () => ({ action: 'create', tags: [{ key: 'k', value: 'v' }] }),
    ...inProject,
    expected: { nothing: 404, unreadable: 403, reads: 403, writes: 204 },
  },
  {
    name: 'Huawei v1: a batch delete',
    method: 'DELETE',
    path: (image, own) => `/v1/${own}/cloudimages/${image}/tags/delete`,
    body: () => ({ tags: [{ key: 'absent' }] }),
    ...inProject,
    expected: { nothing: 404, unreadable: 403, reads: 403, writes: 204 },
  },
  {
    name: 'Huawei v1: set a tag',
    method: 'PUT',
    path: () => '/v1/cloudimages/tags',
    body: (image) => ({ image_id: image, image_tag: { key: 'k', value: 'v' } }),
    expected: { nothing: 404, unreadable: 403, reads: 403, writes: 204 },
  },
];

function expectedOf({ namesProject, expected }: Operation, caller: Caller, picture: Picture): number {
  if (!namesProject) return expected[sightOf(caller, picture)];
  // A caller without a project cannot name one.
  return caller.scope === 'project' ? expected[sightInProject(caller, picture)] : 403;
}

describe.each(operations)('$name', (operation) => {
  test.each(people)('$name', async ({ name, caller }) => {
    const { port } = given();
    const seen: Record<string, number> = {};
    const wanted: Record<string, number> = {};
    for (const picture of pictures) {
      const image = ids.get(picture) ?? '';
      const label = `${picture.visibility}, member ${picture.membership ?? 'no'}`;
      wanted[label] = expectedOf(operation, caller, picture);
      const body = operation.body?.(image);
      const answer = await send(port, operation.method, operation.path(image, caller.projectId ?? alpha), {
        token: name,
        ...(body !== undefined && { body }),
        ...(operation.headers && { headers: operation.headers }),
      });
      seen[label] = answer.status;
    }
    expect(seen).toEqual(wanted);
  });
});

/** Which images a plain list shows; community images are shown by asking for them only. */
test.each(people)('OpenStack: the list of $name', async ({ name, caller }) => {
  const answer = await send(given().port, 'GET', '/v2/images', { token: name });
  if (caller.scope !== 'project' || caller.accessLevel === 'none') {
    expect(answer.status).toBe(403);
    return;
  }
  const listed = new Set(answer.json<{ images: { id: string }[] }>().images.map(({ id }) => id));
  const wanted = pictures.filter((picture) => {
    if (caller.accessLevel === 'admin')
      return picture.visibility !== 'community' || caller.projectId === alpha;
    if (caller.projectId === alpha) return true;
    return picture.visibility === 'public' || picture.membership === 'accepted';
  });
  expect(listed).toEqual(new Set(wanted.map((picture) => ids.get(picture))));
});

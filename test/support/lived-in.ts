import { PostgresImageCacheStore } from '../../src/storage/image-cache-store';
import { huaweiImages, openstack, type Speaker } from './dialects';
import type { TestGateway } from './gateway';
import { liveInDirectory } from './lived-in-directory';
import { until } from './until';
import { keepSecret } from './secrets';
import { send } from './wire';

/** Texts that something on the way might take for something else. */
export const awkwardTags = [
  'plain',
  'a=b=c',
  '=x',
  'a=',
  ' spaces around ',
  '"quoted" \\ \'single\'',
  '\\n',
  'line\nfeed',
  'end\r\n',
  'e\u0301',
  '日本語=値',
  '🏷️=🚀',
  '\u2028',
  '\u007f\u0001',
  '{"json":[1]}',
  '日'.repeat(255),
];

/**
 * Uses a gateway as people do, through its wires: users, keys, a credential, images with awkward tags and
 * properties, uploaded data, members, jobs, revoked tokens, deleted images.
 * @returns a speaker, and an image with awkward tags
 */
export async function liveIn(
  gateway: TestGateway,
  images: number,
): Promise<{ speaker: Speaker; image: string }> {
  const { directory, accessKeys, applicationCredentials } = gateway.gateway.identity;
  const project = await directory.createProject({ name: 'próject "one"' });
  const other = await directory.createProject({ name: 'other' });
  const user = await directory.createUser({ name: 'üser', password: 'p' });
  await directory.setRoles(project.id, user.id, ['member']);
  await directory.setRoles(other.id, user.id, ['reader', 'member']);
  const { access, secret } = await accessKeys.create(user.id, project.id);
  const stranger = await accessKeys.create(user.id, other.id);
  await applicationCredentials.arrange(
    { userId: user.id, projectId: project.id },
    {
      ...{ name: 'robot', roles: ['member'], expiresAt: null },
      accessRules: [{ service: 'image', method: 'GET', path: '/v2/images/**' }],
    },
  );
  const speaker = { port: gateway.port, project: project.id, pair: { access, secret } };
  const image = await aCachedImage(gateway, speaker);
  for (let made = 0; made < images; made++) {
    await openstack(speaker).create({
      name: `image ${String(made)}`,
      tags: ['env=prod', `n=${String(made)}`, 'x'],
    });
  }
  await openstack({ ...speaker, project: other.id, pair: stranger }).create({ tags: ['foreign=1'] });
  await shareAndDelete(speaker, other.id);
  await liveInDirectory(gateway, user.id);
  await revokeOne(gateway, user.id, project.id);
  const settings = `/tags/v1/projects/${project.id}/settings`;
  await send(gateway.port, 'PUT', settings, { pair: speaker.pair, body: { stale_lists: 'off' } });
  await tryAWebhook(gateway, speaker);
  return { speaker, image };
}

type SpeakerWithPair = Required<Pick<Speaker, 'project' | 'pair'>>;

/** A disabled one, so that copies of the gateway deliver nothing; a test leaves a failed attempt. */
async function tryAWebhook(gateway: TestGateway, { project, pair }: SpeakerWithPair): Promise<void> {
  const path = `/tags/v1/projects/${project}/webhooks`;
  const body = { url: 'https://webhook.invalid/', enabled: false };
  const made = await send(gateway.port, 'POST', path, { pair, body });
  const { id, secret } = JSON.parse(made.text) as { id: string; secret: string };
  keepSecret(secret);
  await send(gateway.port, 'POST', `${path}/${id}/test`, { pair });
  const text = 'select 1 from webhook_deliveries';
  await until(async () => (await gateway.database.query({ text }, [])).length > 0);
}

/** As a download leaves it behind where there is a cache. */
async function aCachedImage({ database }: TestGateway, speaker: Speaker): Promise<string> {
  const imageId = await anAwkwardImage(speaker);
  const cache = new PostgresImageCacheStore(database);
  await cache.use({ projectId: speaker.project, imageId }, 4, '2026-11-28T00:00:00.000001Z');
  return imageId;
}

async function anAwkwardImage(speaker: Speaker): Promise<string> {
  const image = await openstack(speaker).create({
    name: 'näme\n"',
    disk_format: 'raw',
    container_format: 'bare',
    'prop {"a":1}': 'välue\n\\',
    __proto: '',
  });
  for (const tag of awkwardTags) expect((await openstack(speaker).put(image, tag)).status).toBe(204);
  await openstack(speaker).put(image, 'gone');
  await openstack(speaker).remove(image, 'gone');
  return image;
}

async function shareAndDelete(speaker: Speaker, other: string): Promise<void> {
  const { port, pair } = speaker;
  const [shared, deleted] = [
    await openstack(speaker).create({ name: 'shared', visibility: 'shared' }),
    await openstack(speaker).create({ name: 'deleted' }),
  ];
  const body = { images: [shared], projects: [other] };
  if (!pair) throw new Error('the speaker signs');
  expect((await send(port, 'POST', '/v1/cloudimages/members', { pair, body })).status).toBe(200);
  expect((await send(port, 'DELETE', `/v2/images/${deleted}`, { pair })).status).toBe(204);
  expect((await huaweiImages(speaker).add(shared, { key: 'k', value: '' })).status).toBe(204);
}

async function revokeOne(gateway: TestGateway, userId: string, projectId: string): Promise<void> {
  const auth = {
    identity: { methods: ['password'], password: { user: { id: userId, password: 'p' } } },
    scope: { project: { id: projectId } },
  };
  const login = await send(gateway.port, 'POST', '/v3/auth/tokens', { body: { auth } });
  const token = String(login.headers['x-subject-token']);
  const headers = { 'X-Subject-Token': token };
  expect((await send(gateway.port, 'DELETE', '/v3/auth/tokens', { token, headers })).status).toBe(204);
}

import { expectPage } from './divergences-of-requests';
import type { Divergences, DivergenceSite } from './divergence-site';
import { until } from '../../support/until';
import type { TaskBody } from './imports/import-scene';

const asJson = { headers: { Accept: 'application/json' } };
const formats = { disk_format: 'raw', container_format: 'bare' };

export function divergencesOfImports({ ask, create }: DivergenceSite): Divergences {
  const ended = (id: string): Promise<TaskBody> =>
    until(async () => {
      const task = (await ask('GET', `/v2/tasks/${id}`, { token: 'admin' })).json<TaskBody>();
      return task.status === 'failure' ? task : undefined;
    });
  const taskOf = async (body: unknown): Promise<TaskBody> => {
    const answer = await ask('POST', '/v2/tasks', { token: 'admin', body });
    return ended(answer.json<TaskBody>().id);
  };
  return {
    D36: {
      'a host that no setting names is refused': async () => {
        const id = await create(formats);
        const method = { name: 'web-download', uri: 'https://example.org/image' };
        expectPage(await ask('POST', `/v2/images/${id}/import`, { body: { method }, ...asJson }), 400);
        const input = {
          import_from: 'https://example.org/image',
          import_from_format: 'raw',
          image_properties: {},
        };
        const body = { type: 'import', input };
        expectPage(await ask('POST', '/v2/tasks', { body, token: 'admin', ...asJson }), 400);
      },
    },
    D37: {
      'a failed task says why, and its image is queued': async () => {
        const id = await create({ ...formats, disk_format: 'qcow2' });
        const headers = { 'Content-Type': 'application/octet-stream' };
        expect((await ask('PUT', `/v2/images/${id}/stage`, { body: 'raw', headers })).status).toBe(204);
        await ask('POST', `/v2/images/${id}/import`, { body: { method: { name: 'glance-direct' } } });
        const task = await until(async () => {
          const { tasks } = (await ask('GET', `/v2/images/${id}/tasks`)).json<{ tasks: TaskBody[] }>();
          return tasks.find(({ status }) => status === 'failure');
        });
        expect(task.message).toBe(
          'Task failed due to Internal Error: Image disk_format qcow2 does not match stream data raw',
        );
        expect((await ask('GET', `/v2/images/${id}`)).json()).toMatchObject({ status: 'queued', size: null });
      },
    },
    D38: {
      'a task alone imports into no image': async () => {
        const id = await create(formats);
        const input = { image_id: id, import_req: { method: { name: 'web-download' } } };
        expect((await taskOf({ type: 'api_image_import', input })).message).toContain(
          '/v2/images/{image_id}/import',
        );
        expect((await ask('GET', `/v2/images/${id}`)).json()).toMatchObject({ status: 'queued' });
      },
    },
    D39: {
      'a copy where stores have no names is 400': async () => {
        const id = await create(formats);
        const headers = { 'Content-Type': 'application/octet-stream' };
        await ask('PUT', `/v2/images/${id}/file`, { body: 'raw', headers });
        const body = { method: { name: 'copy-image' } };
        expectPage(await ask('POST', `/v2/images/${id}/import`, { body, token: 'admin', ...asJson }), 400);
      },
    },
  };
}

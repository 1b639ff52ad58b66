import { until } from '../../../support/until';
import type { Answer } from '../../../support/wire';
import type { GlanceClient, ImageBody } from '../glance-client';

export interface TaskBody {
  readonly id: string;
  readonly status: string;
  readonly message: string;
  readonly type: string;
  readonly image_id?: string;
  readonly result: { readonly image_id: string } | null;
  readonly [name: string]: unknown;
}

export interface ImportScene {
  readonly begin: (
    imageId: string,
    method: Readonly<Record<string, unknown>>,
    token?: string,
  ) => Promise<Answer>;
  /** The image once it waits for nothing any more. */
  readonly settled: (imageId: string) => Promise<ImageBody>;
  /** The only task of the image, which has ended. */
  readonly task: (imageId: string) => Promise<TaskBody>;
  readonly tasks: (imageId: string, token?: string) => Promise<readonly TaskBody[]>;
}

/** What clients of imports do. */
export function importScene(glance: GlanceClient): ImportScene {
  const tasks = async (imageId: string, token?: string): Promise<readonly TaskBody[]> =>
    (await glance.get(`/v2/images/${imageId}/tasks`, token)).json<{ tasks: TaskBody[] }>().tasks;
  return {
    tasks,
    begin: (imageId, method, token) => glance.post(`/v2/images/${imageId}/import`, { method }, token),
    settled: async (imageId) =>
      until(async () => {
        const image = await glance.show(imageId);
        return image.status === 'importing' ? undefined : image;
      }),
    task: async (imageId) =>
      until(async () => {
        const [task, ...more] = await tasks(imageId);
        if (more.length > 0) throw new Error('there are several tasks');
        return task && ['success', 'failure'].includes(task.status) ? task : undefined;
      }),
  };
}

/** A task ends a moment before the last trace of it goes. */
export async function untilFiles(look: () => readonly string[], wanted: readonly string[]): Promise<void> {
  await until(() => look().join() === wanted.join()).catch(() => undefined);
  expect(look()).toEqual(wanted);
}

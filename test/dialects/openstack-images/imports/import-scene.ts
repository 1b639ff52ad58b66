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
  await until(() => Promise.resolve(look().join() === wanted.join() || undefined)).catch(() => undefined);
  expect(look()).toEqual(wanted);
}

/** @returns the first value that is not undefined */
export async function until<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
  for (let tries = 0; tries < 400; tries++) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  throw new Error('It did not happen.');
}

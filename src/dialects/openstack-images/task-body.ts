import { formatWholeSeconds } from '../../core/clock';
import type { Task } from '../../core/task';
import { SerializedJson } from './python/json-text';
import { openstackRequestId } from './responses';

const typeNames = { import: 'import', 'api-image-import': 'api_image_import' } as const;

/** A task as Glance shows it by itself. */
export function taskBody(task: Task): object {
  const { taskId, input, type, state, message, requestId, userId, expiresAt } = task;
  return {
    id: taskId,
    input: new SerializedJson(input),
    type: typeNames[type],
    status: state,
    owner: task.projectId,
    message,
    result: resultOf(task),
    created_at: formatWholeSeconds(task.createdAt),
    updated_at: formatWholeSeconds(task.updatedAt),
    self: `/v2/tasks/${taskId}`,
    schema: '/v2/schemas/task',
    ...(isOfImage(task) && { image_id: task.imageId }),
    ...(requestId !== null && { request_id: openstackRequestId(requestId) }),
    user_id: userId,
    ...(expiresAt !== null && { expires_at: formatWholeSeconds(expiresAt) }),
  };
}

export function taskListBody(
  tasks: readonly Task[],
  { first, next }: { first: string; next: string | undefined },
): object {
  return { tasks: tasks.map(taskInList), first, schema: '/v2/schemas/tasks', next };
}

function taskInList(task: Task): object {
  const { taskId, type, state, expiresAt } = task;
  return {
    id: taskId,
    type: typeNames[type],
    status: state,
    owner: task.projectId,
    created_at: formatWholeSeconds(task.createdAt),
    updated_at: formatWholeSeconds(task.updatedAt),
    self: `/v2/tasks/${taskId}`,
    schema: '/v2/schemas/task',
    ...(expiresAt !== null && { expires_at: formatWholeSeconds(expiresAt) }),
  };
}

/** A task among those of its image: the row as it is, with moments to the microsecond. */
export function imageTaskBody(task: Task): object {
  const { taskId, type, state, expiresAt, imageId, requestId, userId, input, message } = task;
  return {
    id: taskId,
    type: typeNames[type],
    status: state,
    owner: task.projectId,
    expires_at: expiresAt === null ? null : withoutZone(expiresAt),
    created_at: withoutZone(task.createdAt),
    updated_at: withoutZone(task.updatedAt),
    deleted_at: null,
    deleted: false,
    image_id: imageId,
    request_id: requestId === null ? null : openstackRequestId(requestId),
    user_id: userId,
    input: new SerializedJson(input),
    result: resultOf(task),
    message,
  };
}

function withoutZone(moment: string): string {
  return moment.slice(0, -1);
}

/** An image that is made by its task is its result, and no image of the task before. */
function isOfImage({ type, input }: Task): boolean {
  return type === 'api-image-import' && input.includes('"image_id"');
}

function resultOf({ state, imageId }: Task): object | null {
  return state === 'success' ? { image_id: imageId } : null;
}

import { type Caller, changedByCaller } from './caller';
import type { Clock } from './clock';
import { Refused } from './errors';
import type { ImageAccess } from './image-access';
import { isAdmin } from './policy';
import type { Task, TaskQuery, TaskStore } from './task';

/** Shows tasks. Every method throws `Refused`, as TagService does. */
export class TaskService {
  constructor(
    private readonly store: TaskStore,
    private readonly access: ImageAccess,
    private readonly clock: Clock,
  ) {}

  /** Only admins see tasks by themselves, and then those of every project. @throws Refused not-allowed */
  requireAccess(caller: Caller): void {
    if (isAdmin(caller)) return;
    throw new Refused({ kind: 'not-allowed', action: 'tasks_api_access', because: 'role', imageId: null });
  }

  /** @throws Refused not-allowed, task-not-found */
  async show(caller: Caller, taskId: string): Promise<Task> {
    this.requireAccess(caller);
    const task = await this.store.find(taskId, null, this.clock.now());
    if (!task) throw new Refused({ kind: 'task-not-found', taskId });
    return task;
  }

  /** @param markerId the task that the page starts after @throws Refused not-allowed, task-not-found */
  async list(
    caller: Caller,
    markerId: string | null,
    query: Omit<TaskQuery, 'marker' | 'now'>,
  ): Promise<readonly Task[]> {
    const marker = markerId === null ? null : await this.show(caller, markerId);
    this.requireAccess(caller);
    return this.store.list({ ...query, marker, now: this.clock.now() });
  }

  /** The tasks of an image that the caller sees: its project's own, and for admins all. */
  async ofImage(caller: Caller, imageId: string): Promise<readonly Task[]> {
    await this.access.resolve(caller, imageId, 'get_image');
    const projectId = isAdmin(caller) ? null : (caller.projectId ?? '');
    return this.store.ofImage(imageId, projectId, this.clock.now());
  }
}

/** A task as it begins. */
export function newTask(
  caller: Caller,
  { type, taskId, imageId, input }: Pick<Task, 'type' | 'taskId' | 'imageId' | 'input'>,
  at: string,
): Task {
  const { userId, projectId, requestId } = changedByCaller(caller);
  const asked = { projectId: projectId ?? '', userId, requestId, input };
  const moments = { createdAt: at, updatedAt: at, expiresAt: null };
  return { ...asked, ...moments, taskId, type, imageId, state: 'pending', message: '' };
}

import type { Instant } from './clock';

/** `import`: of data into an image that it makes; `api-image-import`: into an image that is there. */
export type TaskType = 'import' | 'api-image-import';

export const taskStates = ['pending', 'processing', 'success', 'failure'] as const;
export type TaskState = (typeof taskStates)[number];

/** Work on one image in the background, as its poller sees it: a job that is shown before it has ended. */
export interface Task {
  /** The project that asked for it; admins also work on images of others. */
  readonly projectId: string;
  readonly taskId: string;
  readonly type: TaskType;
  readonly state: TaskState;
  /** The image that gets the data, also before there is one. */
  readonly imageId: string;
  readonly userId: string;
  readonly requestId: string | null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** null until it has ended: from then on it is no longer shown. */
  readonly expiresAt: Instant | null;
  /** What was asked for, as JSON. */
  readonly input: string;
  readonly message: string;
}

export type TaskRef = Pick<Task, 'projectId' | 'taskId'>;

export type TaskSortField = 'id' | 'type' | 'state' | 'createdAt' | 'updatedAt' | 'expiresAt';

export type TaskFilter = 'taskId' | 'projectId' | 'type' | 'state' | 'imageId';

export interface TaskQuery {
  readonly now: Instant;
  /** Of every project, for admins; null: any */
  readonly where: { readonly [Field in TaskFilter]: string | null };
  readonly sort: { readonly field: TaskSortField; readonly descending: boolean };
  /** Start after this one. */
  readonly marker: Task | null;
  readonly limit: number;
}

/** A step of a task. An ended task takes none. */
export interface TaskStateUpdate {
  readonly state: Exclude<TaskState, 'pending'>;
  readonly at: Instant;
  readonly message?: string;
}

export interface TaskStore {
  add(task: Task): Promise<void>;
  /** @param projectId null: of every project @returns undefined also if it is no longer shown */
  find(taskId: string, projectId: string | null, now: Instant): Promise<Task | undefined>;
  list(query: TaskQuery): Promise<readonly Task[]>;
  /** In the order of creation. @param projectId null: of every project */
  ofImage(imageId: string, projectId: string | null, now: Instant): Promise<readonly Task[]>;
  /** @returns false if the task has ended before, or does not exist */
  step(task: TaskRef, step: TaskStateUpdate): Promise<boolean>;
}

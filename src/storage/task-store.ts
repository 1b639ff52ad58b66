import { type Instant, addSeconds } from '../core/clock';
import type {
  Task,
  TaskQuery,
  TaskRef,
  TaskSortField,
  TaskState,
  TaskStateUpdate,
  TaskStore,
  TaskType,
} from '../core/task';
import type { Database, Statement } from './database/database';
import { HourlyPruning } from './hourly-pruning';

interface TaskRow extends Record<string, unknown> {
  readonly project_id: string;
  readonly id: string;
  readonly type: TaskType;
  readonly state: TaskState;
  readonly image_id: string;
  readonly begun_at: string;
  readonly changed_at: string;
  readonly ended_at: string | null;
  readonly message: string;
  readonly details: Pick<Task, 'userId' | 'requestId' | 'input'>;
}

/** Seconds for which an ended task is shown. */
const keptFor = 48 * 3600;

const insertTask: Statement = {
  name: 'insert-task',
  text: `insert into jobs (project_id, id, type, state, image_id, begun_at, changed_at, message, details, results)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, '[]')`,
};

/** $1 project, $2 task, $3 state, $4 moment, $5 moment of its end, $6 message */
const stepTask: Statement = {
  name: 'step-task',
  text: `update jobs set state = $3, changed_at = greatest(changed_at, $4), ended_at = $5,
    message = coalesce($6, message)
  where project_id = $1 and id = $2 and state is not null and ended_at is null returning id`,
};

/** Tasks of the project $1, of every project if it is null, that have not ended, or not before $2. */
const shown = `from jobs where state is not null and (project_id = $1 or $1::text is null)
  and (ended_at is null or ended_at > $2)`;

/** $3 task */
const findTask: Statement = { text: `select * ${shown} and id = $3`, reads: true };

/** $3 image */
const tasksOfImage: Statement = {
  text: `select * ${shown} and image_id = $3 order by begun_at, id`,
  reads: true,
};

const filters = ['id', 'type', 'state', 'image_id']
  .map((column, index) => `(${column} = $${String(index + 3)} or $${String(index + 3)}::text is null)`)
  .join(' and ');

/** What the order compares. Ended tasks come before those that are not. */
const sortColumns: Readonly<Record<TaskSortField, string>> = {
  id: 'id',
  type: 'type',
  state: 'state',
  createdAt: 'begun_at',
  updatedAt: 'changed_at',
  expiresAt: `coalesce(ended_at, 'infinity')`,
};

/** $1 project, $2 moment */
const pruneTasks: Statement = {
  text: 'delete from jobs where project_id = $1 and ended_at < $2 and state is not null',
};

/** Kept with the other jobs: what differs is that a task is stored before it has ended. */
export class PostgresTaskStore implements TaskStore {
  private readonly pruning = new HourlyPruning();

  constructor(private readonly database: Database) {}

  async add(task: Task): Promise<void> {
    const { projectId, taskId, type, state, imageId, createdAt, updatedAt, message } = task;
    const { userId, requestId, input } = task;
    const details = JSON.stringify({ userId, requestId, input });
    const values = [projectId, taskId, type, state, imageId, createdAt, updatedAt, message, details];
    await this.database.query(insertTask, values);
    await this.pruning.of(projectId, createdAt, () =>
      this.database.query(pruneTasks, [projectId, oldest(createdAt)]),
    );
  }

  async find(taskId: string, projectId: string | null, now: Instant): Promise<Task | undefined> {
    const [row] = await this.database.query<TaskRow>(findTask, [projectId, oldest(now), taskId]);
    return row && taskOf(row);
  }

  async list({ now, where, sort, marker, limit }: TaskQuery): Promise<readonly Task[]> {
    const order = sort.descending ? 'desc' : 'asc';
    const column = sortColumns[sort.field];
    const { projectId, taskId, type, state, imageId } = where;
    const values: unknown[] = [projectId, oldest(now), taskId, type, state, imageId, limit];
    let after = '';
    if (marker) {
      values.push(sortValueOf(marker, sort.field), marker.createdAt, marker.taskId);
      after = `and (${column}, begun_at, id) ${sort.descending ? '<' : '>'} ($8, $9, $10)`;
    }
    const text = `select * ${shown} and ${filters} ${after}
      order by ${column} ${order}, begun_at ${order}, id ${order} limit $7`;
    return (await this.database.query<TaskRow>({ text, reads: true }, values)).map(taskOf);
  }

  async ofImage(imageId: string, projectId: string | null, now: Instant): Promise<readonly Task[]> {
    const rows = await this.database.query<TaskRow>(tasksOfImage, [projectId, oldest(now), imageId]);
    return rows.map(taskOf);
  }

  async step({ projectId, taskId }: TaskRef, { state, at, message }: TaskStateUpdate): Promise<boolean> {
    const endedAt = state === 'processing' ? null : at;
    const values = [projectId, taskId, state, at, endedAt, message ?? null];
    return (await this.database.query(stepTask, values)).length > 0;
  }
}

function oldest(now: Instant): Instant {
  return addSeconds(now, -keptFor);
}

function sortValueOf(task: Task, field: TaskSortField): string {
  switch (field) {
    case 'id':
      return task.taskId;
    case 'expiresAt':
      return task.expiresAt === null ? 'infinity' : addSeconds(task.expiresAt, -keptFor);
    default:
      return task[field];
  }
}

function taskOf(row: TaskRow): Task {
  const { userId, requestId, input } = row.details;
  return {
    projectId: row.project_id,
    taskId: row.id,
    type: row.type,
    state: row.state,
    imageId: row.image_id,
    userId,
    requestId,
    createdAt: row.begun_at,
    updatedAt: row.changed_at,
    expiresAt: row.ended_at === null ? null : addSeconds(row.ended_at, keptFor),
    input,
    message: row.message,
  };
}

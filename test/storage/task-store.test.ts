import { randomUUID } from 'node:crypto';
import type { Task } from '../../src/core/task';
import { PostgresJobStore } from '../../src/storage/job-store';
import { PostgresTaskStore } from '../../src/storage/task-store';
import { testDatabase } from '../support/database';

const given = testDatabase();
const tasks = (): PostgresTaskStore => new PostgresTaskStore(given().database);
const now = '2026-11-21T12:00:00.000000Z';

function aTask(more: Partial<Task> = {}): Task {
  return {
    projectId: 'p',
    taskId: randomUUID(),
    type: 'import',
    state: 'pending',
    imageId: randomUUID(),
    userId: 'u',
    requestId: 'r',
    createdAt: now,
    updatedAt: now,
    expiresAt: null,
    input: '{"a": 1.0}',
    message: '',
    ...more,
  };
}

test('a task is kept as it was, takes its steps, and none after its end', async () => {
  const task = aTask();
  await tasks().add(task);
  expect(await tasks().find(task.taskId, 'p', now)).toEqual(task);
  expect(await tasks().find(task.taskId, null, now)).toEqual(task);
  expect(await tasks().find(task.taskId, 'q', now)).toBeUndefined();
  const at = '2026-11-21T12:00:01.000000Z';
  expect(await tasks().step(task, { state: 'processing', at })).toBe(true);
  expect(await tasks().find(task.taskId, 'p', now)).toEqual({ ...task, state: 'processing', updatedAt: at });
  expect(await tasks().step(task, { state: 'failure', at, message: 'why' })).toBe(true);
  expect(await tasks().step(task, { state: 'success', at })).toBe(false);
  const expiresAt = '2026-11-23T12:00:01.000000Z';
  const ended = { ...task, state: 'failure', updatedAt: at, message: 'why', expiresAt };
  expect(await tasks().find(task.taskId, 'p', now)).toEqual(ended);
});

test('an ended task is shown for two days, and goes with a later one', async () => {
  const projectId = 'old';
  const task = aTask({ projectId });
  await tasks().add(task);
  await tasks().step(task, { state: 'success', at: now });
  expect(await tasks().ofImage(task.imageId, projectId, '2026-11-23T11:59:59.000000Z')).toHaveLength(1);
  expect(await tasks().ofImage(task.imageId, projectId, '2026-11-23T12:00:01.000000Z')).toEqual([]);
  await tasks().add(aTask({ projectId, createdAt: '2026-11-23T13:00:00.000000Z' }));
  const left = await given().database.query({ text: 'select id from jobs where project_id = $1' }, [
    projectId,
  ]);
  expect(left).toHaveLength(1);
});

test('a task is no job of the other kind', async () => {
  const task = aTask();
  await tasks().add(task);
  expect(await new PostgresJobStore(given().database).get('p', task.taskId)).toBeUndefined();
});

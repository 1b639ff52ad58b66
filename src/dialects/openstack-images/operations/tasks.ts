import type { ImportService } from '../../../core/import-service';
import type { TaskService } from '../../../core/task-service';
import { requestBaseUrl, requireCaller } from '../../../http/context';
import { HttpFault } from '../../../http/errors';
import type { Handler } from '../../../http/operations';
import type { DialectDeps } from '../../dialect';
import { listLinks } from '../listing/list-parameters';
import type { ImageOperation } from '../operation';
import { pathParameter } from '../requests';
import { sendJson } from '../responses';
import { imageTaskBody, taskBody, taskListBody } from '../task-body';
import type { ImageSettings } from '../settings';
import { readNewTask, type TaskLimits } from '../task-request';
import { readTaskQuery } from '../listing/task-query';
import { PageError } from '../errors/page-error';

type TaskParts = Pick<DialectDeps<ImageSettings>, 'tasks' | 'imports' | 'settings' | 'own'>;

export function taskOperations({ tasks, imports, settings, own }: TaskParts): readonly ImageOperation[] {
  const all = { path: '/v2/tasks', subject: 'task' } as const;
  const one = { path: '/v2/tasks/:task_id', subject: 'task' } as const;
  const { publicUrl, imageTagQuota: tagLimit } = settings;
  const limits = { tagLimit, release: own.release };
  return [
    { ...all, subject: 'list', name: 'listTasks', method: 'GET', body: 'ignored', run: list(tasks) },
    {
      ...all,
      name: 'createTask',
      method: 'POST',
      body: 'read',
      run: create(tasks, imports, publicUrl, limits),
    },
    { ...one, name: 'showTask', method: 'GET', body: 'ignored', run: show(tasks) },
    { ...one, name: 'deleteTask', method: 'DELETE', body: 'ignored', run: refuseDeletion(tasks) },
    {
      name: 'listImageTasks',
      method: 'GET',
      path: '/v2/images/:image_id/tasks',
      subject: 'image-tasks',
      onlyMethod: true,
      run: listOfImage(tasks),
    },
  ];
}

function list(tasks: TaskService): Handler {
  return async (req, res) => {
    const caller = requireCaller(req);
    const { query, queryIsText } = req.target;
    if (!queryIsText) throw new HttpFault({ kind: 'target-not-text', where: 'query' });
    tasks.requireAccess(caller);
    const wanted = readTaskQuery(query);
    const found = await tasks.list(caller, wanted.markerId, wanted);
    const isFull = found.length > 0 && found.length === wanted.limit;
    const links = listLinks(query, isFull ? found.at(-1)?.taskId : undefined, '/v2/tasks');
    sendJson(req, res, 200, taskListBody(found, links));
  };
}

function create(
  tasks: TaskService,
  imports: ImportService,
  publicUrl: string | null,
  limits: TaskLimits,
): Handler {
  return async (req, res) => {
    const caller = requireCaller(req);
    tasks.requireAccess(caller);
    const { type, wanted, input } = await readNewTask(req, res, limits, (url) => imports.allows(url));
    const task = await imports.beginNew(caller, type, wanted, input);
    const location = `${requestBaseUrl(req, publicUrl)}/v2/tasks/${task.taskId}`;
    sendJson(req, res, 201, taskBody(task), { Location: location });
  };
}

function show(tasks: TaskService): Handler {
  return async (req, res) => {
    sendJson(req, res, 200, taskBody(await tasks.show(requireCaller(req), pathParameter(req, 'task_id'))));
  };
}

const notDeleted =
  'This operation is currently not permitted on Glance Tasks. They are auto deleted after reaching the time based on ' +
  'their expires_at property.';

function refuseDeletion(tasks: TaskService): Handler {
  return (req) => {
    tasks.requireAccess(requireCaller(req));
    throw new PageError({
      status: 405,
      text: { shape: 'bare', explanation: notDeleted },
      headers: { Allow: 'GET' },
    });
  };
}

function listOfImage(tasks: TaskService): Handler {
  return async (req, res) => {
    const found = await tasks.ofImage(requireCaller(req), pathParameter(req, 'image_id'));
    sendJson(req, res, 200, { tasks: found.map(imageTaskBody) });
  };
}

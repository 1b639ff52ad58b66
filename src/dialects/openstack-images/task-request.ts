import type { Request, Response } from 'express';
import type { NewImageImport } from '../../core/import-service';
import type { TaskType } from '../../core/task';
import { PageError, pageError } from './errors/page-error';
import { readNewImage } from './image-body';
import { isJsonObject, type JsonObject, schemaFault } from './python/json-schema';
import { glanceJson } from './python/json-text';
import { pythonRepr } from './python/python-text';
import type { GlanceRelease } from './release';
import { readBody } from './requests';
import { taskSchema } from './task-schemas';

/** Of an image that a task makes: its tags, and the release whose words refuse it. */
export interface TaskLimits {
  readonly tagLimit: number;
  readonly release: GlanceRelease;
}

export interface NewTaskRequest {
  readonly type: TaskType;
  readonly wanted: NewImageImport;
  /** as JSON */
  readonly input: string;
}

/** @param allows whether a URL may be asked for data @throws PageError 400, HttpFault as readBody */
export async function readNewTask(
  req: Request,
  res: Response,
  limits: TaskLimits,
  allows: (url: string) => boolean,
): Promise<NewTaskRequest> {
  const body = await readBody(req, res);
  if (!isJsonObject(body)) throw pageError(400, 'A task is described by a JSON object.');
  for (const name of ['type', 'input'])
    if (!body.has(name)) throw pageError(400, `Task '${name}' is required`);
  const fault = schemaFault(taskSchema, body, limits.release);
  if (fault !== undefined) throw pageError(400, `Provided object does not match schema 'task': ${fault}`);
  const input = body.get('input');
  if (!isJsonObject(input)) throw pageError(400, "Task 'input' is required");
  const type = body.get('type') === 'import' ? 'import' : 'api-image-import';
  const wanted = type === 'import' ? newImportOf(input, limits, allows) : { fault: uncheckedImport(input) };
  return { type, wanted, input: glanceJson(input) };
}

/** Glance runs it without any of the checks of `POST …/import` (divergence D38). */
function uncheckedImport(input: JsonObject): string {
  if (input.size === 0) return 'Input to api_image_import task is empty.';
  if (!input.has('image_id')) return "Missing required 'image_id' field";
  return 'An import into an image is begun by POST /v2/images/{image_id}/import';
}

/** What else is wrong with the input fails the task, not the request. @throws PageError 400 for the URL */
function newImportOf(
  input: JsonObject,
  { tagLimit, release }: TaskLimits,
  allows: (url: string) => boolean,
): NewImageImport {
  const from = input.get('import_from');
  const fault = faultOfSource(from);
  if (fault !== undefined) throw pageError(400, fault);
  const url = String(from);
  if (!allows(url)) throw pageError(400, `URI for legacy import task does not pass filtering: ${url}`);
  const missing = ['import_from_format', 'image_properties'].find((name) => !input.has(name));
  if (missing !== undefined) return { fault: `Input does not contain '${missing}' field` };
  const properties = input.get('image_properties');
  try {
    const usual = new Map([
      ['disk_format', 'qcow2'],
      ['container_format', 'bare'],
    ]);
    const image = readNewImage(
      isJsonObject(properties) && properties.size === 0 ? usual : properties,
      release,
    );
    return { url, image, tagLimit };
  } catch (error) {
    if (error instanceof PageError) return { fault: textOf(error) };
    throw error;
  }
}

function faultOfSource(from: unknown): string | undefined {
  if (typeof from !== 'string' || from === '') return `Invalid location: ${pythonRepr(from)}`;
  if (from.startsWith('http://') || from.startsWith('https://')) return undefined;
  if (from.startsWith('file:///') || from.startsWith('filesystem:///')) {
    return 'File based imports are not allowed. Please use a non-local source of image data.';
  }
  return "The given uri is not valid. Please specify a valid uri from the following list of supported uri ['http']";
}

function textOf({ page: { text } }: PageError): string {
  if (text.shape !== 'standard') return 'The image cannot be made';
  return text.detail ?? text.explanation;
}

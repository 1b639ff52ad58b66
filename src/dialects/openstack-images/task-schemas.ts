import { taskStates } from '../../core/task';
import type { JsonSchema } from './python/json-schema';
import { glanceJson } from './python/json-text';
import { describedByLink, uuidPattern } from './schemas';

const uuid: JsonSchema = { pattern: uuidPattern, type: 'string' };

/** What a task shows in a list. Members are in Glance's order. */
const taskProperties = (of: 'one' | 'list'): Readonly<Record<string, JsonSchema>> => ({
  id: { description: 'An identifier for the task', ...uuid },
  type: {
    description: 'The type of task represented by this content',
    enum: ['import', 'api_image_import'],
    type: 'string',
  },
  status: {
    description: 'The current status of this task',
    enum: taskStates,
    type: 'string',
  },
  ...(of === 'one' && {
    input: { description: 'The parameters required by task, JSON blob', type: ['null', 'object'] },
    result: { description: 'The result of current task, JSON blob', type: ['null', 'object'] },
  }),
  owner: { description: 'An identifier for the owner of this task', type: 'string' },
  ...(of === 'one' && {
    message: {
      description: 'Human-readable informative message only included when appropriate (usually on failure)',
      type: 'string',
    },
  }),
  image_id: { description: 'Image associated with the task', type: 'string' },
  request_id: { description: 'Human-readable informative request-id', type: 'string' },
  user_id: { description: 'User associated with the task', type: 'string' },
  expires_at: {
    description: 'Datetime when this resource would be subject to removal',
    type: ['null', 'string'],
  },
  created_at: { description: 'Datetime when this resource was created', type: 'string' },
  updated_at: { description: 'Datetime when this resource was updated', type: 'string' },
  self: { readOnly: true, type: 'string' },
  schema: { readOnly: true, type: 'string' },
});

const shownTask = (of: 'one' | 'list'): JsonSchema => ({ name: 'task', properties: taskProperties(of) });

/** What a new task is checked by. */
export const taskSchema: JsonSchema = { ...shownTask('one'), additionalProperties: false };

const tasksSchema: JsonSchema = {
  name: 'tasks',
  properties: { tasks: { type: 'array', items: shownTask('list') }, schema: { type: 'string' } },
  links: [describedByLink],
};

/** What a new location is checked by. */
export const newLocationSchema: JsonSchema = {
  name: 'location',
  properties: {
    add_location: {
      type: 'object',
      description: 'Values of location url, do_secure_hash and validation_data for new add location API',
      properties: {
        url: {
          type: 'string',
          readOnly: true,
          description: 'The URL of the new location to be added in the image.',
        },
        validation_data: {
          description: 'Hash that the image must have; the gateway does not compute it.',
          type: 'object',
          writeOnly: true,
          additionalProperties: false,
          properties: {
            os_hash_algo: { type: 'string', maxLength: 64, enum: ['sha1', 'sha256', 'sha512', 'md5'] },
            os_hash_value: { type: 'string', maxLength: 128 },
          },
        },
      },
      required: ['url'],
    },
  },
  additionalProperties: { type: 'string' },
};

/** Their documents under `/v2/schemas`. */
export const taskSchemaTexts: Readonly<Record<'task' | 'tasks', string>> = {
  task: glanceJson(shownTask('one')),
  tasks: glanceJson(tasksSchema),
};

import type { Request } from 'express';
import type { ParamSchema } from 'express-validator';
import { callerActingIn, type Caller } from '../../core/caller';
import { modelLimits } from '../../core/limits';
import type { TagPair } from '../../core/tag';
import {
  validationError,
  objectListSchema,
  throwInvalidRequest,
  type TextRule,
} from '../../http/schema-parts';

export type RequestReader<Input> = (req: Request) => Promise<Input>;

/** The caller inside a project that the request names. @throws HttpFault invalid-request (IMG.0030) */
export function requireCallerIn(caller: Caller, projectId: string): Caller {
  return callerActingIn(caller, projectId) ?? throwInvalidRequest('project_id', 'IMG.0030');
}

export const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const notUuid = validationError('IMG.0066', 'It must be a UUID.');
export const imageIdRule = { options: [uuidPattern] as [RegExp], ...notUuid };

/** By hand, since a schema would cost more than the rest. @throws HttpFault invalid-request (IMG.0066) */
export function readImageId(req: Request): string {
  const imageId = String(req.params['image_id']);
  const { code, message } = notUuid.errorMessage;
  return uuidPattern.test(imageId) ? imageId : throwInvalidRequest('image_id', code, message);
}

/** `bail` first: every other check would take numbers and lists for text. */
export const textSchema: ParamSchema = {
  in: ['body'],
  exists: {
    options: { values: 'null' },
    bail: true,
    ...validationError('IMG.0115', 'Keys and values are needed.'),
  },
  isString: { bail: true, ...validationError('IMG.0001', 'Keys and values are strings.') },
};

export const requiredText: TextRule = {
  absent: validationError('IMG.0115', 'Keys and values are needed.'),
  notText: validationError('IMG.0001', 'Keys and values are strings.'),
};

export const optionalText: TextRule = {
  absent: null,
  notText: validationError('IMG.0001', 'Values are strings.'),
};

/** A list of the body that must have `least` to 100 objects. */
export function batchSchema(name: string, least = 1): ParamSchema {
  return objectListSchema(modelLimits.batchEntries, batchError(name, least), least);
}

export function batchError(name: string, least = 1): ReturnType<typeof validationError> {
  return validationError(
    'IMG.0001',
    `"${name}" must be a list of ${String(least)} to ${String(modelLimits.batchEntries)} objects.`,
  );
}

/** What the schema has seen to be a pair, field by field. */
export function readPair(seen: unknown): TagPair {
  const { key, value } = seen as Partial<Record<'key' | 'value', string | null>>;
  return { key: key ?? '', value: value ?? '' };
}

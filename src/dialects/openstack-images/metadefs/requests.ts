import type { Request, Response } from 'express';
import {
  type DescribedNamespace,
  type MetadefContents,
  type MetadefDraft,
  metadefLimits,
} from '../../../core/metadefs/metadef';
import { countCodePoints } from '../../../core/tag';
import { pageError } from '../errors/page-error';
import { isJsonObject, type JsonSchema, schemaFault } from '../python/json-schema';
import { readBody } from '../requests';
import { metadefDraft, storedAssociationFields, storedObjectFields, storedPropertyFields } from './bodies';
import { namespaceSchema } from './schemas';
import { namespaceType } from './types';
import { type FieldValues, type FieldTypes, readFieldValues } from './typed-values';

/** A kind of body: members that it must not have, its schema, its type. */
export interface BodyForm {
  readonly readOnly: readonly string[];
  readonly schema: JsonSchema;
  readonly type: FieldTypes;
  /** What else must hold. @throws PageError 400 */
  readonly check?: (body: FieldValues) => void;
}

export const timestampFields = ['created_at', 'updated_at'];

/** In the order in which Glance looks. @throws HttpFault as readBody; PageError 400, 403 */
export async function readMetadefBody(req: Request, res: Response, form: BodyForm): Promise<FieldValues> {
  const body = await readBody(req, res);
  const names = isJsonObject(body) ? [...body.keys()] : (body as readonly unknown[]);
  const refused = form.readOnly.find((name) => names.includes(name));
  if (refused !== undefined) throw pageError(403, `Attribute '${refused}' is read-only.`);
  requireMatchingSchema(form.schema, body);
  if (isJsonObject(body)) form.check?.(body);
  return readFieldValues(form.type, body, 'body');
}

/** @throws PageError 400 */
export function requireMatchingSchema(schema: JsonSchema, value: unknown): void {
  // Recorded with Zed alone: the same words whatever the release.
  const fault = schemaFault(schema, value, 'zed');
  if (fault === undefined) return;
  throw pageError(400, `Provided object does not match schema '${String(schema['name'])}': ${fault}`);
}

/** Of what stands in a list, whose schema has no length: 500 in Glance (divergence D31). @throws PageError 400 */
export function requireShortDraftName(draft: MetadefDraft): MetadefDraft {
  if (countCodePoints(draft.name) <= metadefLimits.name) return draft;
  throw pageError(400, `A name has at most ${String(metadefLimits.name)} characters.`);
}

const namespaceForm: BodyForm = {
  readOnly: ['self', 'schema', ...timestampFields],
  schema: namespaceSchema,
  type: namespaceType,
};

export interface NamespaceRequest {
  readonly draft: DescribedNamespace;
  readonly contents: MetadefContents;
  /** As they came, which the answer shows. */
  readonly sent: readonly (readonly [string, unknown])[];
}

const contentNames = ['resource_type_associations', 'properties', 'objects', 'tags'];

/** @throws as readMetadefBody */
export async function readNamespaceRequest(req: Request, res: Response): Promise<NamespaceRequest> {
  const members = await readMetadefBody(req, res, namespaceForm);
  const text = (name: string): string | null => (members.get(name) as string | undefined) ?? null;
  return {
    draft: {
      name: text('namespace') ?? '',
      displayName: text('display_name'),
      description: text('description'),
      visibility: text('visibility') === 'public' ? 'public' : 'private',
      protected: members.get('protected') === true,
      owner: text('owner'),
    },
    contents: contentsOf(members),
    sent: [...members].filter(([name]) => contentNames.includes(name)),
  };
}

function contentsOf(members: FieldValues): MetadefContents {
  const list = (name: string, kept: readonly string[]): MetadefDraft[] =>
    ((members.get(name) ?? []) as readonly FieldValues[]).map((one) =>
      requireShortDraftName(metadefDraft(one, kept)),
    );
  const properties = [...((members.get('properties') ?? new Map()) as ReadonlyMap<string, FieldValues>)];
  return {
    'resource-type': list('resource_type_associations', storedAssociationFields),
    object: list('objects', storedObjectFields),
    tag: list('tags', []),
    property: properties.map(([name, one]) =>
      requireShortDraftName({ ...metadefDraft(one, storedPropertyFields), name }),
    ),
  };
}

import type { Request } from 'express';
import { pageAfterMarker } from '../../../core/metadefs/namespace-pages';
import type { Metadefs } from '../../../core/metadefs/metadefs';
import type { MetadefCollection } from '../../../core/metadefs/metadef-service';
import { requireCaller } from '../../../http/context';
import type { Handler } from '../../../http/operations';
import type { ImageOperation } from '../operation';
import { pathParameter } from '../requests';
import { sendJson, sendEmpty } from '../responses';
import { metadefDraft } from './bodies';
import { associationKind, type MetadefItemKind, objectKind, propertyKind, tagKind } from './kinds';
import { showMetadefProperty } from './property-operations';
import { checkObjectQuery, readMetadefTagQuery } from './queries';
import { requireShortDraftName, readMetadefBody } from './requests';
import { createMetadefTag, createMetadefTags } from './tag-operations';

const inNamespace = '/v2/metadefs/namespaces/:namespace_name';

/** Objects, properties, tags and resource types of a namespace: one mechanism for all kinds. */
export function metadefItemOperations(metadefs: Metadefs): readonly ImageOperation[] {
  return [
    ...wholeKind(metadefs, objectKind, {
      list: list(metadefs, objectKind, checkObjectQuery),
      ignoresBody: true,
    }),
    ...wholeKind(metadefs, propertyKind, { show: showMetadefProperty(metadefs) }),
    ...wholeKind(metadefs, tagKind, {
      list: listTags(metadefs),
      create: createMetadefTags(metadefs),
      createOne: createMetadefTag(metadefs),
      ignoresBody: true,
    }),
    {
      ...all(associationKind),
      name: 'listMetadefAssociations',
      method: 'GET',
      run: list(metadefs, associationKind),
    },
    {
      ...all(associationKind),
      name: 'createMetadefAssociation',
      method: 'POST',
      body: 'read',
      run: create(metadefs, associationKind),
    },
    {
      ...one(associationKind),
      name: 'deleteMetadefAssociation',
      method: 'DELETE',
      run: remove(metadefs, associationKind),
    },
  ];
}

const subject = 'image' as const;

function all({ path }: MetadefItemKind): { path: string; subject: typeof subject } {
  return { path: `${inNamespace}/${path}`, subject };
}

function one({ path, parameter }: MetadefItemKind): { path: string; subject: typeof subject } {
  return { path: `${inNamespace}/${path}/:${parameter}`, subject };
}

/** What a kind does otherwise. */
interface Own {
  readonly list?: Handler;
  readonly create?: Handler;
  /** Makes the one that the path names, without a body. */
  readonly createOne?: Handler;
  readonly show?: Handler;
  /** A body of a list's request: Glance looks for one only where it takes no query. */
  readonly ignoresBody?: boolean;
}

function wholeKind(metadefs: Metadefs, kind: MetadefItemKind, own: Own): readonly ImageOperation[] {
  const ignored = own.ignoresBody === true ? ({ body: 'ignored' } as const) : {};
  const shownWithout = own.show ? ({ body: 'ignored' } as const) : {};
  return [
    {
      ...all(kind),
      name: `list${kind.many}`,
      method: 'GET',
      ...ignored,
      run: own.list ?? list(metadefs, kind),
    },
    {
      ...all(kind),
      name: `create${own.create ? kind.many : kind.one}`,
      method: 'POST',
      body: 'read',
      run: own.create ?? create(metadefs, kind),
    },
    { ...all(kind), name: `delete${kind.many}`, method: 'DELETE', run: empty(metadefs, kind) },
    {
      ...one(kind),
      name: `show${kind.one}`,
      method: 'GET',
      ...shownWithout,
      run: own.show ?? show(metadefs, kind),
    },
    ...(own.createOne
      ? [{ ...one(kind), name: `create${kind.one}`, method: 'POST' as const, run: own.createOne }]
      : []),
    { ...one(kind), name: `update${kind.one}`, method: 'PUT', body: 'read', run: update(metadefs, kind) },
    { ...one(kind), name: `delete${kind.one}`, method: 'DELETE', run: remove(metadefs, kind) },
  ];
}

function placeOf(req: Request, { kind }: MetadefItemKind): MetadefCollection {
  return { namespace: pathParameter(req, 'namespace_name'), kind };
}

function list(
  { items }: Metadefs,
  kind: MetadefItemKind,
  check: (req: Request) => void = () => undefined,
): Handler {
  return async (req, res) => {
    check(req);
    const place = placeOf(req, kind);
    sendJson(req, res, 200, kind.list(await items.list(requireCaller(req), place), place.namespace));
  };
}

function listTags({ items }: Metadefs): Handler {
  return async (req, res) => {
    const { marker, limit, order } = readMetadefTagQuery(req);
    const place = placeOf(req, tagKind);
    const caller = requireCaller(req);
    const found = await items.list(caller, place);
    const behind =
      marker === null
        ? null
        : (found.find(({ name }) => name === marker) ?? (await items.show(caller, place, marker)));
    sendJson(
      req,
      res,
      200,
      tagKind.list(pageAfterMarker(found, order, 'position', behind, limit), place.namespace),
    );
  };
}

function create({ items }: Metadefs, kind: MetadefItemKind): Handler {
  return async (req, res) => {
    const draft = requireShortDraftName(metadefDraft(await readMetadefBody(req, res, kind.form), kind.kept));
    const place = placeOf(req, kind);
    const at = await items.add(requireCaller(req), { ...place, action: kind.add }, [draft]);
    sendJson(req, res, 201, kind.echo({ ...draft, createdAt: at, updatedAt: at }, place.namespace));
  };
}

function show({ items }: Metadefs, kind: MetadefItemKind): Handler {
  return async (req, res) => {
    const place = placeOf(req, kind);
    const item = await items.show(requireCaller(req), place, pathParameter(req, kind.parameter));
    sendJson(req, res, 200, kind.show(item, place.namespace));
  };
}

function update({ items }: Metadefs, kind: MetadefItemKind): Handler {
  return async (req, res) => {
    const { readOnly, schema, type } = kind.form;
    const form = { readOnly, schema, type };
    const draft = requireShortDraftName(metadefDraft(await readMetadefBody(req, res, form), kind.kept));
    const place = { ...placeOf(req, kind), action: kind.modify };
    const item = await items.update(requireCaller(req), place, pathParameter(req, kind.parameter), draft);
    sendJson(req, res, 200, kind.echo(item, place.namespace));
  };
}

function remove({ items }: Metadefs, kind: MetadefItemKind): Handler {
  return async (req, res) => {
    const place = { ...placeOf(req, kind), action: kind.remove };
    await items.remove(requireCaller(req), place, pathParameter(req, kind.parameter));
    sendEmpty(req, res);
  };
}

function empty({ namespaces }: Metadefs, { kind }: MetadefItemKind): Handler {
  return async (req, res) => {
    await namespaces.empty(requireCaller(req), pathParameter(req, 'namespace_name'), kind);
    sendEmpty(req, res);
  };
}

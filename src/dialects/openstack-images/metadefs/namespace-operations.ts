import type { Metadefs } from '../../../core/metadefs/metadefs';
import { requestBaseUrl, requireCaller } from '../../../http/context';
import type { Handler } from '../../../http/operations';
import type { ImageOperation } from '../operation';
import { pathParameter } from '../requests';
import { sendJson, sendEmpty } from '../responses';
import { fullNamespaceBody, listedNamespaceBody, nameOnlyBody, namespaceBody, namespaceHref } from './bodies';
import { namespaceListLinks, readNamespaceQuery, readResourceType } from './queries';
import { readNamespaceRequest } from './requests';

export function metadefNamespaceOperations(
  metadefs: Metadefs,
  publicUrl: string | null,
): readonly ImageOperation[] {
  const all = { path: '/v2/metadefs/namespaces', subject: 'image' } as const;
  const one = { path: '/v2/metadefs/namespaces/:namespace_name', subject: 'image' } as const;
  return [
    { ...all, name: 'listMetadefNamespaces', method: 'GET', body: 'ignored', run: list(metadefs) },
    {
      ...all,
      name: 'createMetadefNamespace',
      method: 'POST',
      body: 'read',
      run: create(metadefs, publicUrl),
    },
    { ...one, name: 'showMetadefNamespace', method: 'GET', run: show(metadefs) },
    { ...one, name: 'updateMetadefNamespace', method: 'PUT', body: 'read', run: update(metadefs) },
    { ...one, name: 'deleteMetadefNamespace', method: 'DELETE', run: remove(metadefs) },
    {
      path: '/v2/metadefs/resource_types',
      subject: 'image',
      name: 'listMetadefResourceTypes',
      method: 'GET',
      run: listResourceTypes(metadefs),
    },
  ];
}

function list({ namespaces }: Metadefs): Handler {
  return async (req, res) => {
    const query = readNamespaceQuery(req);
    const found = await namespaces.list(requireCaller(req), query);
    // A full page has a next one, also when there is nothing behind it.
    const last = found.length === query.limit ? found.at(-1)?.namespace.name : undefined;
    const { first, next } = namespaceListLinks(req.target.query, last);
    const schema = '/v2/schemas/metadefs/namespaces';
    sendJson(req, res, 200, { namespaces: found.map(listedNamespaceBody), next, schema, first });
  };
}

function create({ namespaces }: Metadefs, publicUrl: string | null): Handler {
  return async (req, res) => {
    const { draft, contents, sent } = await readNamespaceRequest(req, res);
    const namespace = await namespaces.create(requireCaller(req), draft, contents);
    const location = {
      Location: `${requestBaseUrl(req, publicUrl)}${namespaceHref(asciiOf(namespace.name))}`,
    };
    sendJson(req, res, 201, namespaceBody(namespace, sent), location);
  };
}

/** Glance sends spaces and the like as they are; what no header can hold is escaped. */
function asciiOf(name: string): string {
  return name.replace(/[^ -~]/gu, encodeURIComponent);
}

function show({ namespaces }: Metadefs): Handler {
  return async (req, res) => {
    const resourceType = readResourceType(req, true);
    const { namespace, items } = await namespaces.show(
      requireCaller(req),
      pathParameter(req, 'namespace_name'),
    );
    sendJson(req, res, 200, fullNamespaceBody(namespace, items, resourceType));
  };
}

function update({ namespaces }: Metadefs): Handler {
  return async (req, res) => {
    const { draft } = await readNamespaceRequest(req, res);
    const changed = await namespaces.update(requireCaller(req), pathParameter(req, 'namespace_name'), draft);
    sendJson(req, res, 200, namespaceBody(changed));
  };
}

function remove({ namespaces }: Metadefs): Handler {
  return async (req, res) => {
    await namespaces.remove(requireCaller(req), pathParameter(req, 'namespace_name'));
    sendEmpty(req, res);
  };
}

function listResourceTypes({ items }: Metadefs): Handler {
  return async (req, res) => {
    const found = await items.resourceTypes(requireCaller(req));
    sendJson(req, res, 200, { resource_types: found.map(nameOnlyBody) });
  };
}

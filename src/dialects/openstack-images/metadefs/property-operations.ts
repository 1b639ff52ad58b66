import type { Metadefs } from '../../../core/metadefs/metadefs';
import { requireCaller } from '../../../http/context';
import type { Handler } from '../../../http/operations';
import { pageError } from '../errors/page-error';
import { pathParameter } from '../requests';
import { sendJson } from '../responses';
import { associationPrefix } from './bodies';
import { propertyKind } from './kinds';
import { readResourceType } from './queries';

/** With a kind of resource in the query the property is named as it is there, with the prefix. */
export function showMetadefProperty({ items }: Metadefs): Handler {
  return async (req, res) => {
    const namespace = pathParameter(req, 'namespace_name');
    const resourceType = readResourceType(req, false);
    let name = pathParameter(req, 'property_name');
    const caller = requireCaller(req);
    if (resourceType !== null) {
      await items.requireVisible(caller, { namespace, kind: 'property' });
      const association = await items.show(caller, { namespace, kind: 'resource-type' }, resourceType);
      name = withoutPrefix(name, associationPrefix(association));
    }
    const item = await items.show(caller, { namespace, kind: 'property' }, name);
    sendJson(req, res, 200, propertyKind.show(item, namespace));
  };
}

/** @throws PageError 404 */
function withoutPrefix(name: string, prefix: string): string {
  if (prefix !== '' && name.startsWith(prefix)) return name.slice(prefix.length);
  throw pageError(
    404,
    `Property ${name} does not start with the expected resource type association prefix of '${prefix || 'None'}'.`,
  );
}

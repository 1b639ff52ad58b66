import type { MetadefKind, MetadefRefusal } from '../../../core/metadefs/metadef';
import { type ErrorPage, errorPage, unauthorizedText } from '../errors/error-page';

type Of<Kind extends MetadefRefusal['kind']> = Extract<MetadefRefusal, { kind: Kind }>;

/** What a refusal of the definitions' service becomes. */
export function metadefErrorPage(refusal: MetadefRefusal): ErrorPage {
  switch (refusal.kind) {
    case 'metadef-namespace-missing':
      return missingNamespace(refusal);
    case 'metadef-not-readable':
      return errorPage(404);
    case 'metadef-not-allowed':
      return errorPage(403, unauthorizedText(refusal.action));
    case 'metadef-item-missing':
      return errorPage(404, missingItem(refusal));
    case 'metadef-taken':
      return errorPage(409, taken(refusal));
    case 'metadef-protected':
      return errorPage(
        403,
        `Metadata definition ${nounOf(refusal.what)} ${refusal.name} is protected and cannot be deleted.`,
      );
    case 'metadef-limit-reached':
      return errorPage(413, limitReached(refusal));
  }
}

function nounOf(what: MetadefKind | 'namespace'): string {
  return what === 'resource-type' ? 'resource-type-association' : what;
}

function missingNamespace({ namespace, hidden, sought }: Of<'metadef-namespace-missing'>): ErrorPage {
  const wasNotFound = errorPage(404, `Metadata definition namespace=${namespace} was not found.`);
  const notFound = errorPage(404, `Namespace ${namespace} not found`);
  switch (sought) {
    case 'namespace':
      return hidden ? errorPage(404) : wasNotFound;
    case 'marker':
      return hidden
        ? errorPage(403, `Forbidding request, metadata definition namespace=${namespace} is not visible.`)
        : wasNotFound;
    case 'object':
      return hidden ? notFound : wasNotFound;
    case 'change':
    case 'property':
    case 'tag':
    case 'resource-type':
      return notFound;
  }
}

function missingItem({ what, name, namespace, isKnown, wanted }: Of<'metadef-item-missing'>): string {
  switch (what) {
    case 'object':
      return `Could not find metadata object ${name}`;
    case 'property':
      return `Could not find property ${name}`;
    case 'tag':
      return `Could not find metadata tag ${name}`;
    case 'resource-type':
      if (wanted === 'delete') return `Failed to find resource type ${name} to delete`;
      return isKnown
        ? `The metadata definition resource-type association of resource-type=${name} to namespace=${namespace}, ` +
            'was not found.'
        : `The metadata definition resource-type with name=${name}, was not found.`;
  }
}

function taken({ what, name, namespace, before }: Of<'metadef-taken'>): string {
  switch (what) {
    case 'namespace':
      return before === null
        ? `The metadata definition namespace=${name} already exists.`
        : `Invalid update. It would result in a duplicate metadata definition namespace with the same name of ${name}`;
    case 'tag':
      return (
        `A metadata tag with name=${name} already exists in namespace=${namespace}. ` +
        '(Please note that metadata tag names are case insensitive).'
      );
    case 'resource-type':
      return (
        `The metadata definition resource-type association of resource-type=${name} to ` +
        `namespace=${namespace} already exists.`
      );
    case 'object':
    case 'property':
      // Glance names it as it was before.
      return before === null
        ? `A metadata definition ${what} with name=${name} already exists in namespace=${namespace}.`
        : `Invalid update. It would result in a duplicate metadata definition ${what} with the same name=${before} ` +
            `in namespace=${namespace}.`;
  }
}

function limitReached({ what, limit }: Of<'metadef-limit-reached'>): string {
  const most = String(limit);
  switch (what) {
    case 'bytes':
      return `A namespace holds at most ${most} bytes of definitions.`;
    case 'namespace':
      return `There are at most ${most} namespaces.`;
    case 'known-resource-type':
      return `There are at most ${most} resource types.`;
    case 'resource-type':
    case 'object':
    case 'tag':
    case 'property':
      return `A namespace holds at most ${most} of the kind ${nounOf(what)}.`;
  }
}

import type { SearchFilter } from '../../../src/console/expression';
import type { Tag } from '../../../src/core/tag';

export const dialects = ['openstack-images', 'huawei-images', 'huawei-cloudimages'] as const;
export type DialectName = (typeof dialects)[number];

export const dialectNames: Readonly<Record<DialectName, string>> = {
  'openstack-images': 'OpenStack',
  'huawei-images': 'Huawei v2',
  'huawei-cloudimages': 'Huawei v1',
};

/** What a call is for, so that it can be shown as another client's command. */
export type Purpose =
  | { readonly kind: 'search'; readonly filter: SearchFilter; readonly limit: number }
  | { readonly kind: 'show'; readonly imageId: string }
  | { readonly kind: 'add' | 'remove'; readonly imageId: string; readonly tag: Tag }
  | { readonly kind: 'other' };

/** One request, as it goes over the wire save the token. */
export interface Call {
  readonly method: string;
  /** With the query, escaped. */
  readonly path: string;
  readonly body?: object;
  /** A body that is sent as it is, in place of `body`. */
  readonly text?: string;
  /** Of the body; absent: JSON. */
  readonly mediaType?: string;
  /** Further ones. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly purpose: Purpose;
}

/** Adds a tag to an image, as a client of that dialect would. Huawei's ways replace other values of the key. */
export function addCall(dialect: DialectName, projectId: string, imageId: string, tag: Tag): Call {
  const purpose: Purpose = { kind: 'add', imageId, tag };
  const pair = { key: tag.key, value: tag.value };
  switch (dialect) {
    case 'openstack-images':
      return { method: 'PUT', path: `/v2/images/${imageId}/tags/${encodeURIComponent(tag.name)}`, purpose };
    case 'huawei-images':
      return {
        method: 'POST',
        path: `/v2/${projectId}/images/${imageId}/tags`,
        body: { tag: pair },
        purpose,
      };
    case 'huawei-cloudimages':
      return {
        method: 'PUT',
        path: '/v1/cloudimages/tags',
        body: { image_id: imageId, image_tag: pair },
        purpose,
      };
  }
}

/** Removes a tag: OpenStack by its text, Huawei by key and value (or by the key, where the value is empty). */
export function removeCall(dialect: DialectName, projectId: string, imageId: string, tag: Tag): Call {
  const purpose: Purpose = { kind: 'remove', imageId, tag };
  const tags = [{ key: tag.key, value: tag.value }];
  switch (dialect) {
    case 'openstack-images':
      return {
        method: 'DELETE',
        path: `/v2/images/${imageId}/tags/${encodeURIComponent(tag.name)}`,
        purpose,
      };
    case 'huawei-images':
      return {
        method: 'POST',
        path: `/v2/${projectId}/images/${imageId}/tags/action`,
        body: { action: 'delete', tags },
        purpose,
      };
    case 'huawei-cloudimages':
      return {
        method: 'DELETE',
        path: `/v1/${projectId}/cloudimages/${imageId}/tags/delete`,
        body: { tags },
        purpose,
      };
  }
}

/**
 * The first page of a search, as Huawei v2 has it: of the dialects it alone can exclude tags. It takes one part of a name. A
 * selector is asked of the native API, without the other terms.
 */
export function searchCall(projectId: string, filter: SearchFilter, limit: number): Call {
  const name = filter.names[0];
  const { selector } = filter;
  const purpose = { kind: 'search', filter, limit } as const;
  if (selector !== null) {
    const query = new URLSearchParams({ selector, limit: String(limit) });
    return { method: 'GET', path: `/tags/v1/projects/${projectId}/images?${query.toString()}`, purpose };
  }
  return {
    method: 'POST',
    path: `/v2/${projectId}/images/resource_instances/action`,
    body: {
      action: 'filter',
      limit: String(limit),
      offset: '0',
      ...(filter.all.length > 0 && { tags: filter.all }),
      ...(filter.none.length > 0 && { not_tags_any: filter.none }),
      ...(filter.untagged && { without_any_tag: true }),
      ...(name !== undefined && { matches: [{ key: 'resource_name', value: name }] }),
    },
    purpose,
  };
}

export function showCall(imageId: string): Call {
  const path = `/v2/images/${encodeURIComponent(imageId)}`;
  return { method: 'GET', path, purpose: { kind: 'show', imageId } };
}

export function getCall(path: string): Call {
  return { method: 'GET', path, purpose: { kind: 'other' } };
}

export function deleteCall(path: string): Call {
  return { method: 'DELETE', path, purpose: { kind: 'other' } };
}

export function postCall(path: string, body?: object): Call {
  return { method: 'POST', path, ...(body && { body }), purpose: { kind: 'other' } };
}

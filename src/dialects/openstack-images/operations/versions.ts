import { jsonText } from '../python/json-text';

/**
 * Image API versions as Glance of the Zed release lists them without several stores and without a cache:
 * newest first, and with the gaps that come from that (2.8 and 2.10 to 2.14 are for several stores).
 */
const versions = ['2.15', '2.9', '2.7', '2.6', '2.5', '2.4', '2.3', '2.2', '2.1', '2.0'];

/** First path segments under which the API answers. All mean the same API. */
const names: ReadonlySet<string> = new Set(['v2', ...versions.map((version) => `v${version}`)]);

const mediaTypePrefix = 'application/vnd.openstack.images-';

/** What `GET /` and `GET /versions` answer. @param base scheme and authority, without a slash at the end */
export function versionsText(base: string): string {
  const links = [{ rel: 'self', href: `${base}/v2/` }];
  return jsonText({
    versions: versions.map((version, index) => ({
      id: `v${version}`,
      status: index === 0 ? 'CURRENT' : 'SUPPORTED',
      links,
    })),
  });
}

/**
 * The segments behind the version, which is the first of them or, if the Accept header names a media type of
 * this API, in that.
 * @returns undefined when no version is named that there is
 */
export function segmentsAfterVersion(
  segments: readonly string[],
  accept: string | undefined,
): readonly string[] | undefined {
  if (accept?.startsWith(mediaTypePrefix)) {
    const version = accept
      .slice(mediaTypePrefix.length)
      .replace(/(?<![ \t])[ \t]*;[ \t]*q=1(?:\.0{0,3})?$/i, '');
    return names.has(version) ? segments : undefined;
  }
  return names.has(segments[0] ?? '') ? segments.slice(1) : undefined;
}

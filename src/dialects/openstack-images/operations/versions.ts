import { jsonText } from '../python/json-text';
import type { Release } from '../release';

/** Versions of the image API in the order of the list, which is not that of their numbers. */
interface Versions {
  readonly current: string;
  readonly listed: readonly string[];
}

const early = ['2.7', '2.6', '2.5', '2.4', '2.3', '2.2', '2.1', '2.0'];

/**
 * As Glance lists them without several stores and without a cache, with the gaps that come from that (2.8 and 2.10 to 2.14 are
 * for several stores, 2.16 and 2.18 for a cache).
 */
const versions: Readonly<Record<Release, Versions>> = {
  zed: { current: '2.15', listed: ['2.15', '2.9', ...early] },
  hibiscus: { current: '2.17', listed: ['2.15', '2.9', '2.17', ...early] },
};

const namesOf = ({ listed }: Versions): ReadonlySet<string> =>
  new Set(['v2', ...listed.map((version) => `v${version}`)]);

/** First path segments under which the API answers. All mean the same API. */
const names: Readonly<Record<Release, ReadonlySet<string>>> = {
  zed: namesOf(versions.zed),
  hibiscus: namesOf(versions.hibiscus),
};

const mediaTypePrefix = 'application/vnd.openstack.images-';

/** What `GET /` and `GET /versions` answer. @param base scheme and authority, without a slash at the end */
export function versionsText(base: string, release: Release): string {
  const { current, listed } = versions[release];
  const links = [{ rel: 'self', href: `${base}/v2/` }];
  return jsonText({
    versions: listed.map((version) => ({
      id: `v${version}`,
      status: version === current ? 'CURRENT' : 'SUPPORTED',
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
  release: Release,
): readonly string[] | undefined {
  if (accept?.startsWith(mediaTypePrefix)) {
    const version = accept
      .slice(mediaTypePrefix.length)
      .replace(/(?<![ \t])[ \t]*;[ \t]*q=1(?:\.0{0,3})?$/i, '');
    return names[release].has(version) ? segments : undefined;
  }
  return names[release].has(segments[0] ?? '') ? segments.slice(1) : undefined;
}

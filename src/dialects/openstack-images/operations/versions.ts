import { glanceJson } from '../python/json-text';
import type { GlanceRelease } from '../release';
import type { ImageSettings } from '../settings';

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
const versions: Readonly<Record<GlanceRelease, Versions>> = {
  zed: { current: '2.15', listed: ['2.15', '2.9', ...early] },
  hibiscus: { current: '2.17', listed: ['2.15', '2.9', '2.17', ...early] },
};

const withStores: Readonly<Record<GlanceRelease, Versions>> = {
  zed: withThoseOfStores(versions.zed),
  hibiscus: withThoseOfStores(versions.hibiscus),
};

/** Those for several stores stand around 2.9. */
function withThoseOfStores({ current, listed }: Versions): Versions {
  const [newest = '', middle = '', ...older] = listed;
  return { current, listed: [newest, '2.13', '2.12', '2.11', '2.10', middle, '2.8', ...older] };
}

/** What decides which versions a site has. */
export type VersionSettings = Pick<ImageSettings, 'release' | 'store'>;

function versionsOf({ release, store }: VersionSettings): Versions {
  return (store === null ? versions : withStores)[release];
}

const namesOf = ({ listed }: Versions): ReadonlySet<string> =>
  new Set(['v2', ...listed.map((version) => `v${version}`)]);

/** First path segments under which the API answers. All mean the same API. */
const names = new Map(
  [...Object.values(versions), ...Object.values(withStores)].map((one) => [one, namesOf(one)]),
);

const mediaTypePrefix = 'application/vnd.openstack.images-';

/** What `GET /` and `GET /versions` answer. @param base scheme and authority, without a slash at the end */
export function versionsText(base: string, site: VersionSettings): string {
  const { current, listed } = versionsOf(site);
  const links = [{ rel: 'self', href: `${base}/v2/` }];
  return glanceJson({
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
 * @returns undefined when no supported version is named
 */
export function segmentsAfterVersion(
  segments: readonly string[],
  accept: string | undefined,
  site: VersionSettings,
): readonly string[] | undefined {
  const known = names.get(versionsOf(site));
  if (accept?.startsWith(mediaTypePrefix)) {
    const version = accept
      .slice(mediaTypePrefix.length)
      .replace(/(?<![ \t])[ \t]*;[ \t]*q=1(?:\.0{0,3})?$/i, '');
    return known?.has(version) === true ? segments : undefined;
  }
  return known?.has(segments[0] ?? '') === true ? segments.slice(1) : undefined;
}

import { isProjectId } from '../core/project-id';
import type { Dialect, DialectParts } from '../dialects/dialect';
import { huaweiCloudimages } from '../dialects/huawei-cloudimages/index';
import { huaweiImages } from '../dialects/huawei-images/index';
import { identityV3 } from '../dialects/identity-v3/index';
import { openstackImages } from '../dialects/openstack-images/index';
import { tagway } from '../dialects/tagway/index';
import type { Surface } from '../http/app';
import type { Config } from '../settings/config';

/** In the order in which they are asked whether a path is theirs. */
export const dialects: readonly Dialect[] = [
  tagway,
  identityV3,
  huaweiImages,
  huaweiCloudimages,
  openstackImages,
];

/** Words that no project may have for its id: where a path names a project, they mean something else. */
export function reservedIn(all: readonly Dialect[]): readonly string[] {
  return [...new Set(all.flatMap(({ reserved = [] }) => reserved))];
}

export function projectIdsBeside(reserved: readonly string[]): (text: string) => boolean {
  const words = new Set(reserved);
  return (text) => isProjectId(text) && !words.has(text);
}

/** Where another service keeps the users, `/v3` is a path like any other. */
export function served(
  all: readonly Dialect[],
  { identity }: Pick<DialectParts, 'identity'>,
): readonly Dialect[] {
  return identity ? all : all.filter((dialect) => dialect !== identityV3);
}

/** How `GET /v1/cloudimages/tags` writes a pair. */
export function tagTextOf({ ofDialects }: Config): 'equals' | 'dot' {
  return ownOf(huaweiCloudimages, ofDialects).tagText;
}

export function surfaceOf(
  dialect: Dialect,
  reserved: readonly string[],
  parts: Omit<DialectParts, 'own'>,
  ofDialects: Config['ofDialects'],
): Surface {
  const { name, serviceType, path, overloaded, imageIn, isOpaque, requestIdHeader } = dialect;
  return {
    ...{ name, serviceType, overloaded, imageIn, isOpaque, requestIdHeader },
    path: path instanceof RegExp ? path : path(reserved),
    router: dialect.router({ ...parts, own: ownOf(dialect, ofDialects) }),
  };
}

/** What the dialect's own `readSettings` returned. */
function ownOf<Own>({ name }: Dialect<Own>, ofDialects: Config['ofDialects']): Own {
  return ofDialects[name] as Own;
}

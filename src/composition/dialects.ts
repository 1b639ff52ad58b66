import { isProjectId } from '../core/project-id';
import type { Dialect, DialectDeps } from '../dialects/dialect';
import { huaweiCloudimages } from '../dialects/huawei-cloudimages/index';
import { huaweiImages } from '../dialects/huawei-images/index';
import { identityV3 } from '../dialects/identity-v3/index';
import { openstackImages } from '../dialects/openstack-images/index';
import { tagway } from '../dialects/tagway/index';
import type { Surface } from '../http/app';
import type { Config } from '../settings/config';

/** In order of matching. */
export const dialects: readonly Dialect[] = [
  tagway,
  identityV3,
  huaweiImages,
  huaweiCloudimages,
  openstackImages,
];

/** Words reserved from project ids: in place of a project in a path, they mean something else. */
export function reservedProjectIds(all: readonly Dialect[]): readonly string[] {
  return [...new Set(all.flatMap(({ reserved = [] }) => reserved))];
}

export function createProjectIdCheck(reserved: readonly string[]): (text: string) => boolean {
  const words = new Set(reserved);
  return (text) => isProjectId(text) && !words.has(text);
}

/** With an external identity service, `/v3` is a path like any other. */
export function servedDialects(
  all: readonly Dialect[],
  { identity }: Pick<DialectDeps, 'identity'>,
): readonly Dialect[] {
  return identity ? all : all.filter((dialect) => dialect !== identityV3);
}

/** How `GET /v1/cloudimages/tags` formats a pair. */
export function cloudimagesTagFormat({ ofDialects }: Config): 'equals' | 'dot' {
  return ownOf(huaweiCloudimages, ofDialects).tagText;
}

export function createDialectSurface(
  dialect: Dialect,
  reserved: readonly string[],
  parts: Omit<DialectDeps, 'own'>,
  ofDialects: Config['ofDialects'],
): Surface {
  const { name, serviceType, path, overloaded, imageIn, isOpaque, requestIdHeader } = dialect;
  return {
    ...{ name, serviceType, overloaded, imageIn, isOpaque, requestIdHeader },
    path: path instanceof RegExp ? path : path(reserved),
    router: dialect.router({ ...parts, own: ownOf(dialect, ofDialects) }),
  };
}

/** Each name once; two dialects may have an operation of the same name. */
export function operationNames(
  all: readonly Dialect[],
  parts: Omit<DialectDeps, 'own'>,
  ofDialects: Config['ofDialects'],
): readonly string[] {
  const operations = all.flatMap((dialect) =>
    dialect.operations({ ...parts, own: ownOf(dialect, ofDialects) }),
  );
  return [...new Set(operations.map(({ name }) => name))];
}

/** The result of the dialect's own `readSettings`. */
function ownOf<Own>({ name }: Dialect<Own>, ofDialects: Config['ofDialects']): Own {
  return ofDialects[name] as Own;
}

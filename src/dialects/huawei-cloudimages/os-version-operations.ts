import type { Request } from 'express';
import { HttpFault } from '../../http/errors';
import type { Operation } from '../../http/operations';
import { type OsVersion, filterOsVersions } from './os-versions';

/** Systems that images may have. It is the same for every caller. */
export function osVersionOperations(): readonly Operation[] {
  return [
    {
      name: 'listOsVersions',
      method: 'GET',
      path: '/v1/cloudimages/os_version',
      run: (req, res) => {
        res.json(osVersionsBody(filterOsVersions(readFeatures(req))));
      },
    },
  ];
}

/** `tag` names a feature of the system, no tag of an image. @throws HttpFault target-not-text */
function readFeatures({ target }: Request): string[] {
  if (!target.queryIsText) throw new HttpFault({ kind: 'target-not-text', where: 'query' });
  return target.query.flatMap(({ name, value }) => (name === 'tag' && value !== '' ? [value] : []));
}

/** A list for each platform. */
function osVersionsBody(systems: readonly OsVersion[]): object[] {
  const platforms = [...new Set(systems.map(({ platform }) => platform))];
  return platforms.map((platform) => ({
    platform,
    version_list: systems
      .filter((system) => system.platform === platform)
      .map(({ osVersion, bits, osType }) => ({
        platform,
        os_version_key: osVersion,
        os_version: osVersion,
        os_bit: bits,
        os_type: osType,
      })),
  }));
}

import { ownImages } from '../../../src/core/ports';
import { randomUUID } from 'node:crypto';
import { aCaller } from '../../support/gateway';
import type { Where } from '../../support/huawei';
import { alpha } from '../../support/test-authenticator';
import { type Answer, send } from '../../support/wire';

/** Bodies that are taken, one for each source of an image. */
export const server = { name: 'ims_test', instance_id: randomUUID() };
export const file = {
  name: 'ims_test_file',
  image_url: 'ims-image:centos70.qcow2',
  min_disk: 40,
  os_version: 'CentOS 7.0 64bit',
};
export const volume = {
  name: 'ims_test_volume',
  volume_id: randomUUID(),
  os_version: 'Windows Server 2019 64bit',
};

/** Both ways of registering, as alice unless said otherwise. */
export function registrations(given: Where) {
  const ask = (method: string, path: string, body?: unknown, token = 'alice'): Promise<Answer> =>
    send(given().port, method, path, { token, ...(body === undefined ? {} : { body }) });
  return {
    ask,
    register: (body: unknown, token?: string) => ask('POST', '/v2/cloudimages/action', body, token),
    quickly: (body: unknown) => ask('POST', '/v2/cloudimages/quickimport/action', body),
    /** How many images alice's project has. */
    count: () =>
      given().gateway.images.count(aCaller(alpha), {
        source: ownImages,
        where: [],
      }),
  };
}

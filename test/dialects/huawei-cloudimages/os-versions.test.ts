import { osVersions } from '../../../src/dialects/huawei-cloudimages/os-versions';
import { testGateway } from '../../support/gateway';
import { expectApigw, expectIms } from '../../support/huawei';
import { testAuthenticator } from '../../support/test-authenticator';
import { registrations } from './registrations';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const { ask } = registrations(given);

interface Platform {
  readonly platform: string;
  readonly version_list: readonly {
    readonly platform: string;
    readonly os_version: string;
    os_bit: number;
  }[];
}

const list = async (query = ''): Promise<readonly Platform[]> => {
  const answer = await ask('GET', `/v1/cloudimages/os_version${query}`);
  expect(answer.status).toBe(200);
  return answer.json<Platform[]>();
};

const names = (platforms: readonly Platform[]): string[] =>
  platforms.flatMap(({ version_list }) => version_list.map(({ os_version }) => os_version));

test('all systems are listed by platform, each once', async () => {
  const all = await list();
  expect(new Set(all.map(({ platform }) => platform)).size).toBe(all.length);
  expect(names(all).sort()).toEqual(osVersions.map(({ osVersion }) => osVersion).sort());
  expect(new Set(names(all)).size).toBe(133);
  expect(all.find(({ platform }) => platform === 'SUSE')?.version_list).toContainEqual({
    platform: 'SUSE',
    os_version_key: 'SUSE Linux Enterprise Server 12 SP3 64bit',
    os_version: 'SUSE Linux Enterprise Server 12 SP3 64bit',
    os_bit: 64,
    os_type: 'Linux',
  });
  expect(names(all)).toEqual(expect.arrayContaining(['Windows 7 Professional 32bit', 'Other(32 bit)']));
});

test('features narrow the list, unknown ones to nothing', async () => {
  const all = names(await list());
  expect(names(await list('?tag=x86&tag='))).toEqual(all);
  const uefi = await list('?tag=kvm&tag=uefi');
  expect(uefi.flatMap(({ version_list }) => version_list.map(({ os_bit }) => os_bit))).not.toContain(32);
  expect(names(await list('?tag=arm'))).toContain('openEuler 20.03 64bit');
  expect((await list('?tag=arm')).map(({ platform }) => platform)).not.toContain('Windows');
  expect(names(await list('?tag=bms'))).not.toContain('Windows 10 64bit');
  for (const tag of ['none', 'constructor', 'x86&tag=none']) expect(await list(`?tag=${tag}`)).toEqual([]);
});

test('a query that is no text and a caller without a token are refused', async () => {
  expectIms(await ask('GET', '/v1/cloudimages/os_version?tag=%FF'), 400, 'IMG.0017');
  expectApigw(await ask('GET', '/v1/cloudimages/os_version', undefined, ''), 401, 'APIGW.0301');
});

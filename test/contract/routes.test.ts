import { readHuaweiSettings } from '../../src/dialects/huawei-ims/settings';
import { readImageSettings } from '../../src/dialects/openstack-images/settings';
import { SettingsReader } from '../../src/settings/reader';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dialect, DialectDeps } from '../../src/dialects/dialect';
import { huaweiCloudimages } from '../../src/dialects/huawei-cloudimages';
import { huaweiImages } from '../../src/dialects/huawei-images';
import { identityV3 } from '../../src/dialects/identity-v3';
import { tagway } from '../../src/dialects/tagway';
import { openstackImages } from '../../src/dialects/openstack-images';
import { type DialectName, dialectNames, operationsOf } from '../support/contracts/contracts';
import { readContract } from '../support/contracts/read-contract';

/** Routes are made without asking any of these. */
const nobody = {} as never;

const parts: DialectDeps = {
  tags: nobody,
  images: nobody,
  members: nobody,
  data: nobody,
  jobs: nobody,
  imageJobs: nobody,
  tasks: nobody,
  imports: nobody,
  projectSettings: nobody,
  metadefs: nobody,
  imageCache: nobody,
  watchers: nobody,
  authenticator: nobody,
  identity: { administration: nobody } as never,
  middleware: [],
  isProjectId: nobody,
  own: {
    ...readHuaweiSettings(new SettingsReader({})),
    ...readImageSettings(new SettingsReader({})),
  },
  settings: {
    publicUrl: null,
    identityUrl: null,
    imageTagQuota: 128,
    maxUploadBytes: 1,
  },
};

function declared(dialect: Dialect): string[] {
  return dialect.operations(parts).map(({ method, path, name }) => `${method} ${written(path)} ${name}`);
}

/** `/images/:image_id` as `/images/{image_id}` */
function written(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}');
}

function contracted(name: DialectName): string[] {
  return operationsOf(readContract(name)).map(({ method, path, operation }) => {
    return `${method} ${path} ${operation.operationId ?? ''}`;
  });
}

test.each([
  ['openstack-images', openstackImages],
  ['huawei-images', huaweiImages],
  ['huawei-cloudimages', huaweiCloudimages],
  ['identity-v3', identityV3],
  ['tagway', tagway],
] as const)('the contract of %s names the operations that there are, and no others', (name, dialect) => {
  expect(contracted(name).sort()).toEqual(declared(dialect).sort());
});

test('every operation has a name of its own within its dialect', () => {
  for (const name of dialectNames) {
    const ids = operationsOf(readContract(name)).map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).not.toContain(undefined);
  }
});

test('contracts name settings that there are', () => {
  const settings = readFileSync(join(__dirname, '../../docs/settings.md'), 'utf8');
  const named = dialectNames.flatMap((name) => JSON.stringify(readContract(name)).match(/TAGWAY_\w+/g) ?? []);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((setting) => !settings.includes(`\`${setting}\``))).toEqual([]);
});

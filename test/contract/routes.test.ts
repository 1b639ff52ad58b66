import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dialect, DialectParts } from '../../src/dialects/dialect';
import { huaweiCloudimages } from '../../src/dialects/huawei-cloudimages';
import { huaweiImages } from '../../src/dialects/huawei-images';
import { identityV3 } from '../../src/dialects/identity-v3';
import { openstackImages } from '../../src/dialects/openstack-images';
import { resources } from '../../src/dialects/openstack-images/router';
import { huaweiProfiles } from '../../src/core/limits';
import { type DialectName, dialectNames, operationsOf } from '../support/contracts/contracts';
import { readContract } from '../support/contracts/read-contract';

/** Routes are made without asking any of these. */
const nobody = {} as never;

const parts: DialectParts = {
  tags: nobody,
  images: nobody,
  members: nobody,
  data: nobody,
  jobs: nobody,
  authenticator: nobody,
  identity: nobody,
  gates: [],
  settings: {
    publicUrl: null,
    identityUrl: null,
    imageTagQuota: 128,
    huawei: huaweiProfiles.documented,
    tagText: 'equals',
    maxUploadBytes: 1,
  },
};

/** As much of a router's layer as Express keeps of a route; its types tell less. */
interface Layer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
}

/** OPTIONS and refusals of every other method are told once for the whole dialect (`x-elsewhere`). */
const everywhere = ['options', '_all'];

/** Those that an operation has a name for, which metrics and logs show. */
function namedOf({ operations = {} }: Dialect): string[] {
  return Object.entries(operations).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, name]) => `${method} ${written(path)} ${name}`),
  );
}

function routesOf(dialect: Dialect): string[] {
  const { stack } = dialect.router(parts) as unknown as { readonly stack: readonly Layer[] };
  return stack.flatMap(({ route }) =>
    Object.keys(route?.methods ?? {})
      .filter((method) => !everywhere.includes(method))
      .map((method) => `${method.toUpperCase()} ${written(route?.path ?? '')}`),
  );
}

/** `/images/:imageId` as `/images/{image_id}` */
function written(path: string): string {
  return path.replace(/:(\w+)/g, (_, name: string) => {
    const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return `{${snake}}`;
  });
}

function contracted(name: DialectName, withId = false): string[] {
  return operationsOf(readContract(name)).map(({ method, path, operation }) => {
    return `${method} ${path}${withId ? ` ${operation.operationId ?? ''}` : ''}`;
  });
}

test.each([
  ['huawei-images', huaweiImages],
  ['huawei-cloudimages', huaweiCloudimages],
  ['identity-v3', identityV3],
] as const)('the contract of %s names the routes that there are, and no others', (name, dialect) => {
  expect(contracted(name).sort()).toEqual(routesOf(dialect).sort());
  expect(namedOf(dialect).sort()).toEqual(contracted(name, true).sort());
});

/** Answered in front of the routes, whatever the method (entry.ts), and held by the recordings. */
const inFront = ['GET /', 'GET /versions', 'GET /healthcheck', 'HEAD /healthcheck', 'GET /v2'];

test('the contract of openstack-images names the resources that there are, and no others', () => {
  const served = resources(parts).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method} /v2${written(path)}`),
  );
  expect(contracted('openstack-images').sort()).toEqual([...served, ...inFront].sort());
  const named = namedOf(openstackImages).map((line) =>
    line.replace(' /', ' /v2/').replace('/v2/@root', '/v2'),
  );
  const others = contracted('openstack-images', true).filter(
    (line) => !/ \/(versions|healthcheck)? /.test(line),
  );
  expect(named.sort()).toEqual(others.sort());
});

test('every operation has a name of its own within its dialect', () => {
  for (const name of dialectNames) {
    const ids = operationsOf(readContract(name)).map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).not.toContain(undefined);
  }
});

test('contracts name settings that there are', () => {
  const settings = readFileSync(join(__dirname, '../../README.md'), 'utf8');
  const named = dialectNames.flatMap((name) => JSON.stringify(readContract(name)).match(/TAGWAY_\w+/g) ?? []);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((setting) => !settings.includes(`\`${setting}\``))).toEqual([]);
});

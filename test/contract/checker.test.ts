import { ContractChecker } from '../support/contracts/checker';
import {
  type Contract,
  type DialectName,
  dialectNames,
  operationsOf,
  resolved,
  withJsonSchemas,
  type Answer,
} from '../support/contracts/contracts';
import { readContract } from '../support/contracts/read-contract';
import type { Exchange } from '../support/contracts/recorder.cjs';

const contracts = Object.fromEntries(
  dialectNames.map((name) => [name, withJsonSchemas(name, readContract(name))]),
) as Record<DialectName, Contract>;
const checker = new ContractChecker(contracts);

const good: Exchange = {
  surface: 'huawei-images',
  method: 'GET',
  path: '/v2/p/images/67e17426-359e-49fb-aa12-0bd1756ec240/tags',
  accept: null,
  sent: null,
  sentType: null,
  status: 200,
  headers: {
    'content-type': 'application/json; charset=utf-8',
    'x-request-id': '2f6cfb5a0e3f4a6d9e0b7c1d2e3f4a5b',
    'cache-control': 'no-store',
    etag: '"1"',
  },
  body: '{"tags":[{"key":"env","value":"prod"}]}',
};

const verdictOn = (changes: Partial<Exchange>) => checker.check({ ...good, ...changes });

test('an answer that keeps to its contract has no fault, and is counted for its operation', () => {
  expect(verdictOn({})).toEqual({ operation: 'huawei-images listImageTags', status: 200 });
});

test.each([
  ['a status that is not documented', { status: 202 }],
  ['another media type', { headers: { ...good.headers, 'content-type': 'text/plain' } }],
  ['no media type', { headers: { 'x-request-id': '2f6cfb5a0e3f4a6d9e0b7c1d2e3f4a5b' } }],
  ['a missing header', { headers: { 'content-type': 'application/json; charset=utf-8' } }],
  ['a header of another form', { headers: { ...good.headers, 'x-request-id': 'req-1' } }],
  ['a missing member', { body: '{}' }],
  ['an unknown member', { body: '{"tags":[],"more":1}' }],
  ['a member of another type', { body: '{"tags":[{"key":"env","value":null}]}' }],
])('%s is a fault', (_, changes) => {
  expect(verdictOn(changes)?.fault).toEqual(expect.any(String));
});

test('a body where none is documented is a fault', () => {
  const path = `${good.path}/env`;
  const headers = { 'x-request-id': '2f6cfb5a0e3f4a6d9e0b7c1d2e3f4a5b', 'cache-control': 'no-store' };
  expect(verdictOn({ method: 'DELETE', path, status: 204, headers, body: '' })?.fault).toBeUndefined();
  expect(verdictOn({ method: 'DELETE', path, status: 204, headers, body: 'x' })?.fault).toBeDefined();
});

test('a request that was granted must be one that the contract describes', () => {
  const headers = { 'x-request-id': '2f6cfb5a0e3f4a6d9e0b7c1d2e3f4a5b', 'cache-control': 'no-store' };
  const granted = { method: 'POST', status: 204, headers, body: '' };
  expect(verdictOn({ ...granted, sent: '{"tag":{"key":"a","value":""}}' })?.fault).toBeUndefined();
  expect(verdictOn({ ...granted, sent: '{"tag":{"key":"a"}}' })?.fault).toMatch(/^it was taken, but/);
});

test('what is no operation must have one of the forms for everything else', () => {
  const body = JSON.stringify({ error_msg: '', error_code: 'APIGW.0101', request_id: 'f'.repeat(32) });
  const missing = { path: '/v2/p/images/nothing', status: 404 };
  expect(verdictOn({ ...missing, body })).toEqual({ operation: 'huawei-images elsewhere', status: 404 });
  expect(verdictOn({ ...missing, body: '{}' })?.fault).toBeDefined();
  expect(verdictOn({ path: '/v2/p/images/nothing' })?.fault).toBeDefined();
});

test('what is not of a dialect has no contract', () => {
  expect(verdictOn({ surface: 'health', path: '/healthz' })).toBeUndefined();
});

test('every version of OpenStack is the one of the contract, also when Accept names it', () => {
  const versions = { surface: 'openstack-images', status: 300, body: '{"versions":[]}' };
  const operationOf = (path: string, accept: string | null = null) =>
    verdictOn({ ...versions, path, accept })?.operation;
  expect(operationOf('/v2.15/images')).toBe('openstack-images listImages');
  expect(operationOf('/images', 'application/vnd.openstack.images-v2.1')).toBe('openstack-images listImages');
  expect(operationOf('/images')).toBe('openstack-images elsewhere');
  expect(operationOf('/')).toBe('openstack-images chooseVersion');
});

test('every schema of every contract compiles', () => {
  const compiled = dialectNames.flatMap((name) => {
    const { 'x-elsewhere': elsewhere } = contracts[name];
    const operations = operationsOf(contracts[name]).map(({ operation }) => operation);
    return [...operations, elsewhere].flatMap(({ responses }) =>
      Object.values(responses).flatMap((answer) => {
        const { content = {} } = resolved<Answer>(contracts[name], answer);
        return Object.values(content).map(({ schema }) => checker.schemaFault(schema, undefined));
      }),
    );
  });
  expect(compiled.length).toBeGreaterThan(500);
});

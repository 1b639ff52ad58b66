import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ask, callers, Cast, statusesOf } from '../../../test/dialects/identity-v3/default-policy';
import { requests } from '../../../test/dialects/identity-v3/default-policy-requests';

/*
 * `npm run lab:policy`: records how a real Keystone (of `npm run lab:newest`) answers callers of every kind, for
 * test/dialects/identity-v3/default-policy.test.ts.
 */

const url = process.env['LAB_KEYSTONE'] ?? 'http://127.0.0.1:5001/v3';
const password = process.env['LAB_PASSWORD'] ?? 'labpass';
const file = join(__dirname, '../../../test/dialects/identity-v3/default-policy.json');

const ask: Ask = async (method, path, { token, body }) => {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', ...(token !== undefined && { 'X-Auth-Token': token }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text.startsWith('{') ? (JSON.parse(text) as unknown) : null,
    token: response.headers.get('x-subject-token') ?? undefined,
  };
};

async function main(): Promise<void> {
  const domain = { id: 'default' };
  const identity = { methods: ['password'], password: { user: { name: 'admin', password, domain } } };
  const auth = { identity, scope: { project: { name: 'admin', domain } } };
  const { token = '' } = await ask('POST', '/auth/tokens', { body: { auth } });
  const cast = new Cast(ask, token, `p${Date.now().toString(36)}`);
  await cast.make();
  const statuses = await statusesOf(ask, cast, requests);
  writeFileSync(file, `${JSON.stringify({ keystone: '30.0.0', callers, statuses }, null, 2)}\n`);
  console.log(`${String(Object.keys(statuses).length)} requests by ${String(callers.length)} callers`);
}

void main();

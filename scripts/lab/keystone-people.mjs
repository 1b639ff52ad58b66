// Fills a fresh Keystone with the projects, roles and users of the lab; existing ones stay.
// Arguments: the URL of /v3, the password of every user, the server's process, whose end it reports.
import { setTimeout as pause } from 'node:timers/promises';

const { AbortSignal, fetch } = globalThis;
const [, , url, password, server] = process.argv;
const startMs = 120_000;
/** First answers take seconds on a busy machine; a server that hangs gives none. */
const answerMs = 30_000;

async function call(method, path, body, token) {
  const response = await fetch(url + path, {
    method,
    headers: { 'Content-Type': 'application/json', ...(token && { 'X-Auth-Token': token }) },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(answerMs),
  });
  if (response.status >= 400 && response.status !== 409) {
    throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  }
  const text = await response.text();
  return { headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}

/** Keystone needs some seconds before it listens. */
async function signIn() {
  const user = { name: 'admin', domain: { id: 'default' }, password };
  const scope = { project: { name: 'admin', domain: { id: 'default' } } };
  const auth = { identity: { methods: ['password'], password: { user } }, scope };
  const end = Date.now() + startMs;
  for (;;) {
    try {
      return (await call('POST', '/auth/tokens', { auth })).headers.get('x-subject-token');
    } catch (error) {
      if (hasEnded(server)) giveUp(`the process ${server} has ended`, error);
      if (Date.now() > end) giveUp(`no login after ${startMs / 1000} seconds`, error);
      await pause(500);
    }
  }
}

function hasEnded(pid) {
  if (!pid) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch {
    return true;
  }
}

function giveUp(reason, error) {
  const last = [error.message, error.cause?.message].filter(Boolean).join(': ');
  console.error(`Keystone at ${url} cannot be used: ${reason}; last error: ${last}. Look at its log.`);
  process.exit(1);
}

const token = await signIn();

async function ensure(kind, name, more = {}) {
  const { body } = await call('GET', `/${kind}s?name=${encodeURIComponent(name)}`, undefined, token);
  const found = body[`${kind}s`][0];
  if (found) return found.id;
  return (await call('POST', `/${kind}s`, { [kind]: { name, ...more } }, token)).body[kind].id;
}

async function user(name, project, ...roles) {
  const id = await ensure('user', name, { domain_id: 'default', password });
  const projectId = await ensure('project', project, { domain_id: 'default' });
  for (const role of roles) {
    const roleId = await ensure('role', role);
    await call('PUT', `/projects/${projectId}/users/${id}/roles/${roleId}`, undefined, token);
  }
}

async function fill() {
  await user('alice', 'alpha', 'member');
  await user('carol', 'alpha', 'member');
  await user('reader-user', 'alpha', 'reader');
  await user('bob', 'beta', 'member');
  // `service` may look at tokens, `admin` at the roles of users, which access keys need.
  await user('tagway', 'service', 'service', 'admin');
  // A request for a domain's token needs a role on the domain.
  const admin = await ensure('user', 'admin');
  await call(
    'PUT',
    `/domains/default/users/${admin}/roles/${await ensure('role', 'admin')}`,
    undefined,
    token,
  );
}

// uWSGI may close a connection under a request; everything here may be done twice.
for (let attempt = 1; ; attempt++) {
  try {
    await fill();
    break;
  } catch (error) {
    if (attempt === 20 || !(error instanceof TypeError)) giveUp('filling it failed', error);
  }
}

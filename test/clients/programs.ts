import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { run } from './command';

type Environment = Readonly<Record<string, string>>;

const program = (name: string): string => join(__dirname, 'programs', name);
const md5 = createHash('md5').update('some bytes').digest('hex');

/** openstacksdk adds, finds, pages, removes once, renames, uploads, downloads and deactivates. */
export async function runOpenstacksdk(home: string, env: Environment): Promise<void> {
  // The Python that Debian's packages belong to, whatever else is on the path.
  const ran = await run(home, env, '/usr/bin/python3', program('openstacksdk.py'));
  expect(ran.err).not.toContain('Traceback');
  const { id, ...seen } = JSON.parse(ran.out) as { id: string };
  expect(seen).toEqual({
    seen: ['a b', 'env=prod', 't1'],
    listed: [id],
    again: 'not found',
    renamed: 'renamed',
    left: ['a b', 'env=prod'],
    checksum: md5,
    pages: ['page0', 'page1', 'page2'],
    data: 'some bytes',
    deactivated: 'deactivated',
    end: 0,
  });
}

/** Both guard two changes with one ETag: the second meets another state. */
export async function runGuardedChanges(home: string, variables: Environment): Promise<void> {
  const python = await run(home, variables, '/usr/bin/python3', program('guarded.py'));
  expect(python.err).not.toContain('Traceback');
  const go = await run(home, goEnvironment(home, variables), 'go', 'run', program('guarded.go'));
  expect(go.err).toBe('');
  for (const { out } of [python, go]) expect(JSON.parse(out)).toEqual({ first: 204, second: 412 });
}

/** gophercloud creates, uploads, lists by two tags, replaces and empties the tags. */
export async function runGophercloud(home: string, variables: Environment): Promise<void> {
  const ran = await run(home, goEnvironment(home, variables), 'go', 'run', program('gophercloud.go'));
  expect(ran.err).toBe('');
  const { id, ...seen } = JSON.parse(ran.out) as { id: string };
  expect(seen).toEqual({
    created: ['a b', 't1'],
    status: 'active',
    size: 10,
    checksum: md5,
    listed: [id],
    replaced: ['env=prod', 't9'],
    name: 'gopher two',
    emptied: [],
  });
}

function goEnvironment(home: string, variables: Environment): Environment {
  return {
    ...variables,
    // A domain is what gophercloud asks for beside the four variables.
    OS_DOMAIN_ID: 'default',
    GO111MODULE: 'off',
    GOPATH: '/usr/share/gocode',
    GOCACHE: join(home, 'go-cache'),
    GOFLAGS: '-buildvcs=false',
  };
}

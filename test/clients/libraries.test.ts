import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  type GatewayProcess,
  removeFolder,
  startGatewayProcess,
  temporaryFolder,
} from '../support/gateway-process';
import { fourVariables, run } from './command';

jest.setTimeout(180_000);

let gateway: GatewayProcess;
let home: string;
beforeAll(async () => {
  home = temporaryFolder('tagway-libraries');
  gateway = await startGatewayProcess(temporaryFolder('tagway-libraries-state'));
});
afterAll(async () => {
  await gateway.stop();
  removeFolder(gateway.stateDir);
  removeFolder(home);
});

const program = (name: string): string => join(__dirname, 'programs', name);
const md5 = createHash('md5').update('some bytes').digest('hex');

test('openstacksdk adds, finds, pages, removes once, renames, uploads, downloads and deactivates', async () => {
  // The Python that Debian's packages belong to, whatever else is on the path.
  const ran = await run(home, fourVariables(gateway), '/usr/bin/python3', program('openstacksdk.py'));
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
});

test('gophercloud creates, uploads, lists by two tags, replaces and empties the tags', async () => {
  // A domain is what gophercloud asks for beside the four variables.
  const env = {
    ...fourVariables(gateway),
    OS_DOMAIN_ID: 'default',
    GO111MODULE: 'off',
    GOPATH: '/usr/share/gocode',
    GOCACHE: join(home, 'go-cache'),
    GOFLAGS: '-buildvcs=false',
  };
  const ran = await run(home, env, 'go', 'run', program('gophercloud.go'));
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
});

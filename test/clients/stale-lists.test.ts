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
beforeEach(async () => {
  home = temporaryFolder('tagway-stale');
  gateway = await startGatewayProcess(temporaryFolder('tagway-stale-state'));
});
afterEach(async () => {
  await gateway.stop();
  removeFolder(gateway.stateDir);
  removeFolder(home);
});

async function race(mode: string): Promise<Record<string, unknown>> {
  const program = join(__dirname, 'programs', 'stale_lists.py');
  const ran = await run(home, fourVariables(gateway), '/usr/bin/python3', program, gateway.url, mode);
  expect(ran.err).not.toContain('Traceback');
  return JSON.parse(ran.out) as Record<string, unknown>;
}

const noticed = () => gateway.output().match(/made from an older state/g)?.length ?? 0;

test.each([
  ['off', { added: ['done', 'done'], both: ['t', 'theirs'], renamed: 'done', left: ['t', 'theirs'] }, 0],
  ['observe', { added: ['done', 'done'], both: ['t', 'theirs'], renamed: 'done', left: ['t', 'theirs'] }, 2],
  [
    'merge',
    {
      added: ['done', 'done'],
      both: ['ours', 't', 'theirs'],
      renamed: 'done',
      left: ['late', 'ours', 't', 'theirs'],
    },
    2,
  ],
  ['refuse', { added: ['done', 409], both: ['ours', 't'], renamed: 409, left: ['late', 'ours', 't'] }, 2],
])(
  'stale_lists=%s: tags of two openstacksdk clients, and of one beside glanceclient',
  async (mode, result, times) => {
    const seen = await race(mode);
    expect(seen).toMatchObject(result);
    expect(seen['name']).toBe(result.renamed === 'done' ? 'renamed' : 'race');
    expect(noticed()).toBe(times);
    // glanceclient sends the tags it read with each change.
    expect(seen['sent']).toContain('"/tags"');
  },
);

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type GatewayProcess,
  removeFolder,
  startGatewayProcess,
  temporaryFolder,
} from '../support/gateway-process';
import { keepSecret } from '../support/secrets';
import { fourVariables, run } from './command';

jest.setTimeout(180_000);

let gateway: GatewayProcess;
let home: string;
beforeAll(async () => {
  home = temporaryFolder('tagway-definitions');
  gateway = await startGatewayProcess(temporaryFolder('tagway-definitions-state'));
});
afterAll(async () => {
  await gateway.stop();
  removeFolder(gateway.stateDir);
  removeFolder(home);
});

/** The administrator, whom openrc names in a comment. */
function administrator(): Record<string, string> {
  const text = readFileSync(join(gateway.stateDir, 'openrc'), 'utf8');
  const [, name = '', password = ''] =
    /^# export OS_USERNAME='([^']*)' OS_PASSWORD='([^']*)'/m.exec(text) ?? [];
  keepSecret(password);
  return { ...fourVariables(gateway), OS_USERNAME: name, OS_PASSWORD: password };
}

interface Seen {
  readonly out: string;
  readonly failed: string | null;
}

test('every md command of glance', async () => {
  const program = join(__dirname, 'programs', 'definitions.py');
  const ran = await run(home, administrator(), '/usr/bin/python3', program);
  expect(ran.err).toBe('');
  const seen = JSON.parse(ran.out) as Record<string, Seen>;
  const failed = Object.entries(seen).flatMap(([name, { failed: why }]) =>
    why === null ? [] : [[name, why]],
  );
  expect(failed).toEqual([["md-object-show'", expect.stringContaining('404')]]);
  const out = (name: string): string => seen[name]?.out ?? '';
  expect(out('md-namespace-show')).toContain('hw:cores');
  expect(out('md-object-property-show')).toContain('Cores');
  expect(out('md-property-show')).toContain('All cores');
  expect(out('md-namespace-list')).toContain('OS::Host');
  expect(out("md-namespace-show'")).toMatch(/objects.*\bo\b/);
  expect(out("md-namespace-list'")).not.toContain('OS::Host');
});

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { removeFolder, startGatewayProcess, temporaryFolder } from '../support/gateway-process';
import { writeSeed } from '../support/seed';
import { usedStateFolder } from '../support/used-state';

jest.setTimeout(120_000);

const folder = temporaryFolder('tagway-tls');
let stateDir: string;
beforeEach(async () => {
  stateDir = await usedStateFolder('tagway-tls-state');
});
afterEach(() => {
  removeFolder(stateDir);
});
afterAll(() => {
  removeFolder(folder);
});

const file = (name: string): string => join(folder, name);

function install(name: string): void {
  const source = join(__dirname, '../support/tls', name);
  copyFileSync(`${source}.pem`, file('cert.pem'));
  copyFileSync(`${source}.key`, file('cert.key'));
}

/** Whose certificate a new connection is shown. */
function shown(port: number): Promise<string | string[] | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().subject.CN);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

test.each(['1', '2'])('%s process(es): SIGHUP shows the certificate that is there now', async (workers) => {
  install('server');
  const gateway = await startGatewayProcess(stateDir, {
    TAGWAY_TLS_CERT: file('cert.pem'),
    TAGWAY_TLS_KEY: file('cert.key'),
    TAGWAY_WORKERS: workers,
    TAGWAY_SEED: writeSeed(folder),
  });
  expect(gateway.url).toMatch(/^https:/);
  expect(await shown(gateway.port)).toBe('server');
  install('renewed');
  gateway.child.kill('SIGHUP');
  // Workers are replaced one after another: until then one of before may answer.
  let inARow = 0;
  for (let tries = 0; tries < 120 && inARow < 4; tries++) {
    inARow = (await shown(gateway.port)) === 'renewed' ? inARow + 1 : 0;
    await sleep(inARow === 0 ? 500 : 0);
  }
  expect(inARow).toBe(4);
  expect(await gateway.stop()).toEqual({ code: 0, signal: null });
});

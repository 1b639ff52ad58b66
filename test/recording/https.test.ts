import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readRecording } from '../../src/recording/recording-file';
import { endWithThisProcess } from '../support/end-with-this-process';
import { removeFolder, temporaryFolder } from '../support/gateway-process';

const cli = join(__dirname, '../../dist/src/cli.js');
const certificates = join(__dirname, '../support/tls');
const pem = (name: string): string => readFileSync(join(certificates, name), 'utf8');

const folder = temporaryFolder('tagway-recording');
let service: Server;
let upstream: string;

beforeAll(async () => {
  service = createServer({ cert: pem('server.pem'), key: pem('server.key') }, (_req, res) => {
    res.setHeader('Content-Type', 'application/json');
    res.end(JSON.stringify({ next: `${upstream}/v2/images?marker=1` }));
  });
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  upstream = `https://127.0.0.1:${String((service.address() as AddressInfo).port)}`;
});

afterAll(() => {
  service.close();
  removeFolder(folder);
});

async function startRecorder(...args: string[]): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [cli, 'record', '--upstream', upstream, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  endWithThisProcess(child);
  const [line] = (await once(createInterface(child.stderr), 'line')) as [string];
  return { child, url: /^recording (\S+) -> /.exec(line)?.[1] ?? line };
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'close');
  child.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
}

test('a service with https is recorded by a certificate of its authority', async () => {
  const file = join(folder, 'trusted.jsonl');
  const { child, url } = await startRecorder('--output', file, '--cacert', join(certificates, 'ca.pem'));
  const answer = await fetch(`${url}/v2/images`);
  // A client that follows it comes back to the proxy.
  expect([answer.status, await answer.json()]).toEqual([200, { next: `${url}/v2/images?marker=1` }]);
  await stop(child);
  expect(await readRecording(file)).toMatchObject([
    {
      request: { method: 'GET', target: '/v2/images' },
      response: { status: 200, body: '{"next":"${BASE}/v2/images?marker=1"}' },
    },
  ]);
});

test('a certificate of an unknown authority is 502 and named', async () => {
  const file = join(folder, 'untrusted.jsonl');
  const { child, url } = await startRecorder('--output', file);
  const answer = await fetch(`${url}/v2/images`);
  expect([answer.status, await answer.text()]).toEqual([502, expect.stringMatching(/certificate/)]);
  await stop(child);
  expect(await readRecording(file)).toMatchObject([
    { response: null, broken: expect.stringMatching(/^\$\{HOST\} does not answer: .*certificate/) },
  ]);
});

test('a file of certificates that is missing is named at the start', async () => {
  const { child, url: said } = await startRecorder(
    '--output',
    join(folder, 'no'),
    '--cacert',
    '/nowhere/ca.pem',
  );
  expect(said).toMatch(/\/nowhere\/ca\.pem/);
  if (child.exitCode === null) await once(child, 'exit');
  expect(child.exitCode).toBe(1);
});

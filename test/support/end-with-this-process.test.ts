import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { soon } from './ephemeral';
import { isAlive } from './worker-gateways';

const script = `
const { spawn } = require('node:child_process');
const { endWithThisProcess } = require(${JSON.stringify(join(__dirname, 'end-with-this-process.ts'))});
const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
endWithThisProcess(child);
console.log(child.pid);
`;

test.each([
  ['ends, which the child does not hinder', ''],
  ['is killed', 'setInterval(() => undefined, 1000);'],
])('a child ends with its process when that %s', async (_, more) => {
  const starter = spawn(process.execPath, ['--import', 'tsx', '-e', script + more], {
    cwd: join(__dirname, '../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(starter, 'close');
  const [pid] = (await once(starter.stdout, 'data')) as [Buffer];
  if (more !== '') {
    expect(isAlive(Number(String(pid)))).toBe(true);
    starter.kill('SIGKILL');
  }
  await ended;
  expect(await soon(() => !isAlive(Number(String(pid))))).toBe(true);
});

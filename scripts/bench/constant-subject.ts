import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { BenchGateway } from './gateway';
import { cpuOf } from './machine';
import { requestFile, withToken } from './requests';
import type { Site } from './site';
import { load, measured, type Subject } from './subjects';

/** A bare Express handler that answers a constant as long as the gateway's answer. */
export async function constantSubject(
  gateway: BenchGateway,
  site: Site,
): Promise<{ subject: Subject; stop: () => void }> {
  const headers = { 'X-Auth-Token': gateway.token };
  const answer = await fetch(`${gateway.url}/v2/images/${site.imageAt(0)}`, { headers });
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(__dirname, 'constant.ts'), await answer.text()],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { port } = JSON.parse(line.toString()) as { port: number };
  const host = `127.0.0.1:${String(port)}`;
  const subject: Subject = {
    name: 'constant',
    takes: ({ name }) => name === 'show',
    run: async (workload, connections, seconds) => {
      const file = requestFile(workload.requests(site), host, withToken(gateway.token));
      const before = cpuOf(child.pid ?? 0, false);
      const result = await load(`http://${host}`, file, connections, seconds);
      return { ...measured(result), gatewayCpu: (cpuOf(child.pid ?? 0, false) - before) / result.requests };
    },
  };
  const stop = (): void => {
    child.kill();
  };
  return { subject, stop };
}

import { fork } from 'node:child_process';
import { getPriority, setPriority } from 'node:os';
import { once } from 'node:events';
import { siteOf } from '../bench/site';
import { closedLoop, type Curve, openLoop } from './runs';

/** What the sender is asked to do, as it goes to its process. */
export type Job = {
  readonly port: number;
  readonly connections: number;
  readonly method: string;
  /** `{image}` is an image of the bench's site, `{n}` grows when all images had their turn. */
  readonly path: string;
  readonly token: string;
  readonly images: number;
  readonly milliseconds: number;
} & ({ readonly clients: number } | { readonly rate: number });

/** A process that only sends: what is measured must not wait for the process that measures it. */
export interface Sender {
  run(job: Job): Promise<Curve>;
  stop(): void;
}

/** How far before the gateway in the line for a processor, as if the clients had a machine of their own. Only root may. */
const ahead = 5;

export function startSender(): Sender {
  const child = fork(__filename, { execArgv: ['--import', 'tsx'] });
  return {
    run: async (job) => {
      child.send(job);
      const [curve] = (await once(child, 'message')) as [Curve];
      return curve;
    },
    stop: () => child.kill(),
  };
}

function requestOf({ method, path, token, images }: Job): (number: number) => string {
  const site = siteOf(images, 0);
  return (number) => {
    const target = path
      .replace('{image}', site.imageAt(number % images))
      .replace('{n}', String(Math.floor(number / images)));
    return `${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Auth-Token: ${token}\r\n\r\n`;
  };
}

function run(job: Job): Promise<Curve> {
  const target = { port: job.port, connections: job.connections, request: requestOf(job) };
  return 'rate' in job
    ? openLoop(target, job.rate, job.milliseconds)
    : closedLoop(target, job.clients, job.milliseconds);
}

if (process.send) {
  if (process.getuid?.() === 0) setPriority(Math.max(-20, getPriority() - ahead));
  process.on('message', (job: Job) => {
    void run(job).then((curve) => process.send?.(curve));
  });
}

import { execFile } from 'node:child_process';
import { openstack, huaweiCloudimages, huaweiImages, type Speaker } from '../support/dialects';
import { type GatewayProcess, readOpenrc, signIn } from '../support/gateway-process';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a real client with nothing but the variables given (and a home of its own). Standard input is no terminal. */
export function run(
  home: string,
  env: Readonly<Record<string, string>>,
  command: string,
  ...args: string[]
): Promise<Ran> {
  return runFor(150_000, home, env, command, ...args);
}

/** As `run`, for what takes longer. */
export function runFor(
  timeoutMs: number,
  home: string,
  env: Readonly<Record<string, string>>,
  command: string,
  ...args: string[]
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const options = {
      env: { PATH: process.env['PATH'] ?? '', HOME: home, LANG: 'C.UTF-8', ...env },
      timeout: timeoutMs,
    };
    const child = execFile(command, args, options, (error, out, err) => {
      const code = error?.code ?? 0;
      if (code === 'ENOENT')
        reject(new Error(`${command} is not installed: see .ci/run for the Debian packages`));
      else resolve({ code: Number(code), out, err });
    });
    child.stdin?.end();
  });
}

/** The four variables that are enough for the CLIs, as the gateway's own openrc gives them. */
export function fourVariables(gateway: GatewayProcess): Record<string, string> {
  const all = readOpenrc(gateway.stateDir);
  const names = [
    'OS_AUTH_URL',
    'OS_USERNAME',
    'OS_PASSWORD',
    'OS_PROJECT_NAME',
    'OS_USER_DOMAIN_NAME',
    'OS_PROJECT_DOMAIN_NAME',
  ];
  return Object.fromEntries(names.map((name) => [name, all[name] ?? '']));
}

/** Somebody who looks at the same images through the other dialects. */
export async function onlooker(gateway: GatewayProcess): Promise<Speaker> {
  const rc = readOpenrc(gateway.stateDir);
  const token = await signIn(gateway.url, 'demo', rc['OS_PASSWORD'] ?? '', 'demo');
  const answer = await fetch(`${gateway.url}/v3/auth/projects`, { headers: { 'X-Auth-Token': token } });
  const { projects } = (await answer.json()) as { projects: { id: string }[] };
  return { port: gateway.port, token, project: projects[0]?.id ?? '' };
}

/** What every dialect says of an image's tags, which must be the same thing. */
export async function tagsEverywhere(speaker: Speaker, id: string): Promise<string[]> {
  const names = await openstack(speaker).tags(id);
  const pairs = await huaweiImages(speaker).pairs(id);
  const spelled = pairs.map(({ key, value }) => (value === '' ? key : `${key}=${value}`));
  expect(spelled).toEqual(names);
  for (const name of names) {
    expect(await huaweiCloudimages(speaker).texts()).toContain(name);
    expect(await huaweiCloudimages(speaker).find(name)).toContain(id);
  }
  return names;
}

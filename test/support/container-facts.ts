import type { StubContainer } from './container-engine';

/** What an engine says of itself: `/version` and `/info` in one. */
export const engineFacts = {
  Version: '28.0.0',
  ApiVersion: '1.44',
  MinAPIVersion: '1.24',
  Os: 'linux',
  Arch: 'amd64',
  ID: 'stub',
  Name: 'stub',
  ServerVersion: '28.0.0',
  OperatingSystem: 'a stub of the Docker Engine',
  OSType: 'linux',
  Architecture: 'x86_64',
  NCPU: 2,
  MemTotal: 8_000_000_000,
  IndexServerAddress: 'https://index.docker.io/v1/',
  Labels: [],
} as const;

const networks = {
  bridge: { NetworkID: '2'.repeat(64), Gateway: '172.17.0.1', IPAddress: '172.17.0.2' },
} as const;

export function imageFacts(name: string): object {
  return {
    Id: `sha256:${'1'.repeat(64)}`,
    RepoTags: [name],
    Created: '2026-11-28T00:00:00Z',
    Architecture: 'amd64',
    Os: 'linux',
    Size: 1,
    Config: { Env: [], Cmd: ['node', 'dist/src/main.js'], ExposedPorts: { '9292/tcp': {} }, Labels: {} },
  };
}

export const networkFacts = {
  Name: 'bridge',
  Id: '2'.repeat(64),
  Created: '2026-11-28T00:00:00Z',
  Scope: 'local',
  Driver: 'bridge',
  IPAM: { Driver: 'default', Config: [{ Subnet: '172.17.0.0/16', Gateway: '172.17.0.1' }] },
  Containers: {},
  Options: {},
  Labels: {},
} as const;

/** In `/containers/json` */
export function summary({ id, name, config, port }: StubContainer): object {
  return {
    Id: id,
    Names: [`/${name}`],
    Image: config.Image,
    State: 'running',
    Status: 'Up',
    Ports: [{ IP: '0.0.0.0', PrivatePort: 9292, PublicPort: port, Type: 'tcp' }],
    Labels: config.Labels ?? {},
    HostConfig: { NetworkMode: 'bridge' },
    NetworkSettings: { Networks: networks },
  };
}

/** `/containers/{id}/json` */
export function inspected({ id, name, config, port, child }: StubContainer): object {
  const isRunning = child !== undefined && child.exitCode === null && child.signalCode === null;
  const ports = { '9292/tcp': isRunning ? [{ HostIp: '0.0.0.0', HostPort: String(port) }] : [] };
  return {
    Id: id,
    Created: '2026-11-28T00:00:00.000000000Z',
    Name: `/${name}`,
    Image: `sha256:${'1'.repeat(64)}`,
    Path: config.Cmd[0],
    Args: config.Cmd.slice(1),
    State: {
      Status: isRunning ? 'running' : child ? 'exited' : 'created',
      Running: isRunning,
      Paused: false,
      Restarting: false,
      OOMKilled: false,
      Dead: false,
      Pid: child?.pid ?? 0,
      ExitCode: child?.exitCode ?? 0,
      Error: '',
      StartedAt: '2026-11-28T00:00:00.000000000Z',
      FinishedAt: '0001-01-01T00:00:00Z',
    },
    Config: { ...config, Hostname: id.slice(0, 12), Tty: false, Labels: config.Labels ?? {} },
    HostConfig: { NetworkMode: 'bridge', PortBindings: ports },
    Mounts: [],
    NetworkSettings: {
      Ports: ports,
      Networks: networks,
    },
  };
}

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { programs } from './postgres-tools';

const documented = join(__dirname, '../../docs/deploy/patroni.yml');
export const proxyConfig = join(__dirname, '../../docs/deploy/patroni-haproxy.cfg');

/** Where a member and its parts are. */
export interface MemberPlace {
  readonly name: string;
  readonly home: string;
  readonly port: number;
  readonly restPort: number;
  /** of the network between it and etcd */
  readonly etcdPort: number;
}

export interface Promises {
  /** s; the other two intervals follow from it */
  readonly ttl: number;
  readonly synchronous: boolean;
  /** of etcd */
  readonly api: 'v2' | 'v3';
}

interface MemberFile {
  bootstrap: { dcs: Record<string, unknown> };
  postgresql: Record<string, unknown>;
}

const local = (port: number): string => `127.0.0.1:${String(port)}`;

/** The documented file with this member's names, addresses and folders. @returns its path */
export function writeMember(place: MemberPlace, { ttl, synchronous, api }: Promises): string {
  const file = parse(readFileSync(documented, 'utf8')) as MemberFile;
  const loopWait = Number(file.bootstrap.dcs['loop_wait']);
  const member = {
    ...file,
    name: place.name,
    restapi: { listen: local(place.restPort), connect_address: local(place.restPort) },
    // Without use_proxies it would ask etcd for its address, and go there past the network that is to be cut.
    etcd3: undefined,
    [api === 'v3' ? 'etcd3' : 'etcd']: { hosts: [local(place.etcdPort)], use_proxies: true },
    bootstrap: {
      ...file.bootstrap,
      dcs: {
        ...file.bootstrap.dcs,
        ttl,
        retry_timeout: Math.floor((ttl - loopWait) / 2),
        synchronous_mode: synchronous,
        synchronous_mode_strict: synchronous,
      },
    },
    postgresql: {
      ...file.postgresql,
      listen: local(place.port),
      connect_address: local(place.port),
      data_dir: join(place.home, place.name),
      bin_dir: programs,
      pgpass: join(place.home, `${place.name}.pgpass`),
      parameters: { unix_socket_directories: place.home },
      authentication: { superuser: { username: 'postgres' }, replication: { username: 'replicator' } },
      pg_hba: [
        'local all all trust',
        'host all all 127.0.0.1/32 trust',
        'host replication all 127.0.0.1/32 trust',
      ],
    },
  };
  const path = join(place.home, `${place.name}.yml`);
  writeFileSync(path, stringify(member));
  return path;
}

/** The settings of the documented HAProxy file. */
export function proxySettings(port: number, members: readonly MemberPlace[]): Record<string, string> {
  const settings: Record<string, string> = {
    PATH: `${process.env['PATH'] ?? ''}:/usr/sbin`,
    TAGWAY_PROXY_BIND: local(port),
  };
  for (const [index, number] of ['ONE', 'TWO', 'THREE'].entries()) {
    const member = members[index];
    settings[`TAGWAY_DB_${number}`] = local(member?.port ?? 0);
    settings[`TAGWAY_REST_HOST_${number}`] = '127.0.0.1';
    settings[`TAGWAY_REST_${number}`] = String(member?.restPort ?? 0);
  }
  return settings;
}

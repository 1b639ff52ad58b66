import { type IdentityConfig, readIdentityConfig } from './identity';
import { type HistoryConfig, readHistoryConfig } from './history';
import { withoutTrailingSlashes } from './base-url';
import { type ImportsConfig, readImportsConfig } from './imports';
import { SettingsReader } from './reader';

/** All settings, parsed. docs/settings.md lists the same. */
export interface Config extends IdentityConfig, HistoryConfig, ImportsConfig {
  readonly host: string;
  /** 0: any free port */
  readonly port: number;
  /** null: chosen at start; see src/postgres */
  readonly stateDir: string | null;
  /** For templates of ephemeral gateways; null: in the home folder. */
  readonly cacheDir: string | null;
  /** null: the embedded Postgres */
  readonly databaseUrl: string | null;
  /** Number of processes that serve; more than one have a primary above them. */
  readonly workers: number;
  /** of each worker */
  readonly poolSize: number;
  /** On this database; only to add up their connections. */
  readonly gateways: number;
  /** Whether to prepare statements; a pooler may share sessions among clients. */
  readonly namedStatements: boolean;
  /** Whether concurrent tag changes go to Postgres in one statement. */
  readonly batching: boolean;
  readonly seedFile: string | null;
  /** What a gateway with an empty state folder begins with, and a reset brings back. */
  readonly stateFile: string | null;
  /** Whether to serve `/admin`: reset, faults, journal. */
  readonly admin: boolean;
  /** Without a trailing slash. */
  readonly publicUrl: string | null;
  /** Maximum tags of an image, in dialects without a limit of their own. */
  readonly imageTagQuota: number;
  /** Images a project may own; null: any number. */
  readonly imagesPerProject: number | null;
  /** Results of each dialect's `readSettings`, by the dialect's name. */
  readonly ofDialects: Readonly<Record<string, unknown>>;
  /** bytes */
  readonly maxUploadBytes: number;
  /** Bytes to keep free on the disk of image data; null: a twentieth of it, 1 GiB at most. */
  readonly diskReserve: number | null;
  /** 32 bytes as 64 hex digits; null: a file in the state folder. */
  readonly masterKey: string | null;
  /** seconds */
  readonly tokenLifetime: number;
  /** Wrong signatures of an access key before answers to further ones are delayed; 0: never. */
  readonly accessKeyLockout: number;
  /** Maximum requests of all dialects in flight, per process; more are rejected. */
  readonly maxConcurrent: number;
  /** Target maximum wait (ms) of an admitted request. */
  readonly targetWait: number;
  /** Requests a second; null: unlimited. */
  readonly rates: { readonly perProject: number | null; readonly perAddress: number | null };
  /** Paths of PEM files; null: plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** Addresses or networks of proxies whose X-Forwarded-* headers are trusted. */
  readonly trustProxy: readonly string[];
  /** Seconds between a stop signal and the end of listening; `/readyz` already answers 503. */
  readonly drainDelay: number;
  /** Wrong passwords or secrets a minute, per identity and address; three times as many in all. 0: no limit. */
  readonly loginLockout: number;
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
  readonly logForm: 'auto' | 'json' | 'human';
  /** OpenTelemetry's own variables, read by its exporter, say where spans go. */
  readonly tracing: 'off' | 'otlp';
  /** Names of Kubernetes' variables that look like settings. */
  readonly ignored: readonly string[];
}

/** All faults of the environment, so that one start shows them all. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly faults: readonly string[]) {
    super(`Tagway cannot start with these settings:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

/** A part with settings of its own. */
export interface SettingsDeclaration {
  readonly name: string;
  readonly readSettings?: (read: SettingsReader) => unknown;
}

/** @param declared the dialects @throws ConfigError */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  declared: readonly SettingsDeclaration[],
): Config {
  const read = new SettingsReader(env);
  const config: Config = {
    host: read.text('TAGWAY_HOST') ?? '127.0.0.1',
    port: read.integer('TAGWAY_PORT', 9292, 0, 65535),
    stateDir: read.text('TAGWAY_STATE_DIR'),
    cacheDir: read.text('TAGWAY_CACHE_DIR'),
    databaseUrl: read.urlOfHosts('DATABASE_URL', ['postgres:', 'postgresql:']),
    ...readConnections(read),
    namedStatements: read.choice('TAGWAY_NAMED_STATEMENTS', ['on', 'off']) === 'on',
    batching: read.choice('TAGWAY_BATCHING', ['on', 'off']) === 'on',
    ...readIdentityConfig(read),
    ...readBeginning(read),
    admin: readAdmin(read),
    publicUrl: readPublicUrl(read),
    imageTagQuota: read.integer('TAGWAY_IMAGE_TAG_QUOTA', 128, 1, 100_000),
    imagesPerProject: read.integer('TAGWAY_IMAGES_PER_PROJECT', 0, 0, 1_000_000_000) || null,
    ofDialects: Object.fromEntries(declared.map(({ name, readSettings }) => [name, readSettings?.(read)])),
    maxUploadBytes: read.integer('TAGWAY_MAX_UPLOAD_BYTES', 1024 ** 4, 0, Number.MAX_SAFE_INTEGER),
    diskReserve: read.optionalInteger('TAGWAY_DISK_RESERVE_BYTES', 0, Number.MAX_SAFE_INTEGER),
    masterKey: read.hexKey('TAGWAY_MASTER_KEY'),
    tokenLifetime: read.integer('TAGWAY_TOKEN_LIFETIME', 86_400, 1, 31_536_000),
    accessKeyLockout: read.integer('TAGWAY_ACCESS_KEY_LOCKOUT', 5, 0, 1_000_000),
    loginLockout: read.integer('TAGWAY_LOGIN_LOCKOUT', 20, 0, 1_000_000),
    ...readLoad(read),
    ...readHistoryConfig(read),
    ...readImportsConfig(read),
    tls: readTls(read),
    trustProxy: read.words('TAGWAY_TRUST_PROXY', []),
    drainDelay: read.integer('TAGWAY_DRAIN_DELAY', 0, 0, 300),
    ...readReports(read),
    ignored: read.serviceLinks(),
  };
  read.refuseUnknown();
  if (read.faults.length > 0) throw new ConfigError([...new Set(read.faults)]);
  return config;
}

function readConnections(read: SettingsReader): Pick<Config, 'workers' | 'poolSize' | 'gateways'> {
  return {
    workers: read.integer('TAGWAY_WORKERS', 1, 1, 64),
    poolSize: read.integer('TAGWAY_POOL_SIZE', 10, 1, 100),
    gateways: read.integer('TAGWAY_GATEWAYS', 1, 1, 1000),
  };
}

function readLoad(read: SettingsReader): Pick<Config, 'maxConcurrent' | 'targetWait' | 'rates'> {
  return {
    maxConcurrent: read.integer('TAGWAY_MAX_CONCURRENT', 1000, 1, 1_000_000),
    targetWait: read.integer('TAGWAY_TARGET_WAIT', 250, 1, 60_000),
    rates: {
      perProject: read.integer('TAGWAY_RATE_PER_PROJECT', 0, 0, 1_000_000) || null,
      perAddress: read.integer('TAGWAY_RATE_PER_ADDRESS', 0, 0, 1_000_000) || null,
    },
  };
}

function readReports(read: SettingsReader): Pick<Config, 'logLevel' | 'logForm' | 'tracing'> {
  return {
    logLevel: read.choice('TAGWAY_LOG_LEVEL', ['info', 'error', 'warn', 'debug']),
    logForm: read.choice('TAGWAY_LOG_FORMAT', ['auto', 'json', 'human']),
    tracing: read.choice('TAGWAY_TRACING', ['off', 'otlp']),
  };
}

function readPublicUrl(read: SettingsReader): string | null {
  const url = read.url('TAGWAY_PUBLIC_URL', ['http:', 'https:']);
  return url === null ? null : withoutTrailingSlashes(url);
}

function readAdmin(read: SettingsReader): boolean {
  const isOn = read.choice('TAGWAY_ADMIN', ['off', 'on']) === 'on';
  if (isOn && Number(read.text('TAGWAY_WORKERS') ?? 1) > 1) {
    read.faults.push(
      'TAGWAY_ADMIN=on needs TAGWAY_WORKERS=1: each worker would have faults and a journal of its own',
    );
  }
  return isOn;
}

function readBeginning(read: SettingsReader): Pick<Config, 'seedFile' | 'stateFile'> {
  const [seedFile, stateFile] = [read.text('TAGWAY_SEED'), read.text('TAGWAY_STATE_FILE')];
  if (stateFile === null) return { seedFile, stateFile };
  if (seedFile !== null) {
    read.faults.push(
      'TAGWAY_STATE_FILE and TAGWAY_SEED exclude each other: each says what is there at the start',
    );
  }
  if (read.text('DATABASE_URL') !== null) {
    read.faults.push(
      'TAGWAY_STATE_FILE is for the embedded Postgres: fill another database with "tagway import"',
    );
  }
  if (Number(read.text('TAGWAY_WORKERS') ?? 1) > 1) {
    read.faults.push('TAGWAY_STATE_FILE needs TAGWAY_WORKERS=1');
  }
  return { seedFile, stateFile };
}

function readTls(read: SettingsReader): Config['tls'] {
  const cert = read.text('TAGWAY_TLS_CERT');
  const key = read.text('TAGWAY_TLS_KEY');
  if (cert !== null && key !== null) return { cert, key };
  if (cert !== key) read.faults.push('TAGWAY_TLS_CERT and TAGWAY_TLS_KEY must be set together');
  return null;
}

/** The settings of connections to the database. */
export function databaseSessionKind({ namedStatements }: Config): 'own' | 'shared' {
  return namedStatements ? 'own' : 'shared';
}

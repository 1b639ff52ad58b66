import { huaweiProfiles, type TagRules } from './core/limits';

/** Everything that can be set, parsed. The README's settings table lists the same, in this order. */
export interface Config {
  readonly host: string;
  /** 0: any free port */
  readonly port: number;
  /** null: chosen at start, see storage/embedded */
  readonly stateDir: string | null;
  /** null: the embedded Postgres */
  readonly databaseUrl: string | null;
  readonly poolSize: number;
  /** Whether tag changes that arrive together go to Postgres in one statement. */
  readonly batching: boolean;
  readonly identity: 'embedded';
  readonly seedFile: string | null;
  /** Without a slash at the end. */
  readonly publicUrl: string | null;
  readonly rules: TagRules;
  readonly tagText: 'equals' | 'dot';
  /** bytes */
  readonly maxUploadBytes: number;
  /** 32 bytes as 64 hex digits; null: a file in the state folder. */
  readonly masterKey: string | null;
  /** seconds */
  readonly tokenLifetime: number;
  /** Wrong signatures in a row before an access key is locked for five minutes; 0: never. */
  readonly accessKeyLockout: number;
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
}

/** Every fault of the environment at once, so that nobody mends them one start at a time. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly faults: readonly string[]) {
    super(`Tagway cannot start with these settings:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

/** @throws ConfigError */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const read = new Reader(env);
  const config: Config = {
    host: read.text('TAGWAY_HOST') ?? '127.0.0.1',
    port: read.integer('TAGWAY_PORT', 9292, 0, 65535),
    stateDir: read.text('TAGWAY_STATE_DIR'),
    databaseUrl: read.url('DATABASE_URL', ['postgres:', 'postgresql:']),
    poolSize: read.integer('TAGWAY_POOL_SIZE', 10, 1, 100),
    batching: read.choice('TAGWAY_BATCHING', ['on', 'off']) === 'on',
    identity: read.choice('TAGWAY_IDENTITY', ['embedded']),
    seedFile: read.text('TAGWAY_SEED'),
    publicUrl: read.url('TAGWAY_PUBLIC_URL', ['http:', 'https:'])?.replace(/\/+$/, '') ?? null,
    rules: {
      imageTagQuota: read.integer('TAGWAY_IMAGE_TAG_QUOTA', 128, 1, 100_000),
      huawei: huaweiProfiles[read.choice('TAGWAY_HUAWEI_PROFILE', ['documented', 'wide'])],
      batchDelete: read.choice('TAGWAY_BATCH_DELETE', ['match-value', 'by-key-only']),
    },
    tagText: read.choice('TAGWAY_TAG_TEXT', ['equals', 'dot']),
    maxUploadBytes: read.integer('TAGWAY_MAX_UPLOAD_BYTES', 1024 ** 4, 0, Number.MAX_SAFE_INTEGER),
    masterKey: read.hexKey('TAGWAY_MASTER_KEY'),
    tokenLifetime: read.integer('TAGWAY_TOKEN_LIFETIME', 86_400, 1, 31_536_000),
    accessKeyLockout: read.integer('TAGWAY_ACCESS_KEY_LOCKOUT', 5, 0, 1_000_000),
    logLevel: read.choice('TAGWAY_LOG_LEVEL', ['info', 'error', 'warn', 'debug']),
  };
  if (read.faults.length > 0) throw new ConfigError(read.faults);
  return config;
}

/** Reads one setting at a time and collects what is wrong. An empty setting counts as unset. */
class Reader {
  readonly faults: string[] = [];

  constructor(private readonly env: Readonly<Record<string, string | undefined>>) {}

  text(name: string): string | null {
    const value = this.env[name];
    return value === undefined || value === '' ? null : value;
  }

  integer(name: string, fallback: number, least: number, most: number): number {
    const value = this.text(name);
    if (value === null) return fallback;
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= least && number <= most) return number;
    this.faults.push(
      `${name} must be a whole number from ${String(least)} to ${String(most)}, not "${value}"`,
    );
    return fallback;
  }

  /** The first choice is the default. */
  choice<const Choice extends string>(name: string, choices: readonly [Choice, ...Choice[]]): Choice {
    const value = this.text(name);
    if (value === null) return choices[0];
    const found = choices.find((choice) => choice === value);
    if (found === undefined) this.faults.push(`${name} must be one of ${choices.join(', ')}, not "${value}"`);
    return found ?? choices[0];
  }

  /** Never repeats the value: a database URL holds a password. */
  url(name: string, protocols: readonly string[]): string | null {
    const value = this.text(name);
    if (value === null || (URL.canParse(value) && protocols.includes(new URL(value).protocol))) return value;
    this.faults.push(`${name} must be a URL that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`);
    return null;
  }

  hexKey(name: string): string | null {
    const value = this.text(name);
    if (value === null || /^[0-9a-f]{64}$/i.test(value)) return value;
    this.faults.push(`${name} must be 64 hexadecimal digits (32 bytes)`);
    return null;
  }
}

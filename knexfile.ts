import type { Knex } from 'knex';
import { migrationSource } from './src/storage/migrations';

/** For the knex command, against an outside database: `DATABASE_URL=… npm run migrate`. */
const config: Knex.Config = {
  client: 'pg',
  connection: process.env['DATABASE_URL'] ?? '',
  migrations: { migrationSource },
};

export default config;

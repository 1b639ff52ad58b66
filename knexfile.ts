import type { Knex } from 'knex';
import { migrationSource } from './src/storage/migrations';
import { findPrimary } from './src/storage/database/primary';

/** For the knex command, against an outside database: `DATABASE_URL=… npm run migrate`. */
const config: Knex.Config = {
  client: 'pg',
  connection: async () => (await findPrimary(process.env['DATABASE_URL'] ?? '')) as Knex.PgConnectionConfig,
  migrations: { migrationSource, disableMigrationsListValidation: true },
};

export default config;

/** Who may import whom; docs/architecture.md says why. */
const database = '^node_modules/(knex|pg)';
const layers = '^src/(core|storage|postgres|identity|http|dialects|observation|webhooks|admin|console)/';
/** Rooms that stand above the layers: they build and run what the layers offer. */
const above = '^src/(composition|process|commands|ephemeral|testing|main\\.ts|cli\\.ts)';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: { path: '^src' }, to: { circular: true } },
    {
      name: 'core-imports-only-itself',
      comment: 'The rules have never heard of HTTP, SQL, OpenStack or Huawei.',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { path: '.', pathNot: '^src/core/|^(node:)?(crypto|stream|buffer)$' },
    },
    {
      name: 'storage-knows-core-and-ports',
      severity: 'error',
      from: { path: '^src/storage/' },
      to: {
        path: '^src/',
        pathNot:
          '^src/(core|storage)/|^src/identity/(role-|entity-|login-attempt-|user-credential-|endpoint-filter-)?ports\\.ts$',
      },
    },
    {
      name: 'identity-knows-core',
      severity: 'error',
      from: { path: '^src/identity/' },
      to: { path: `^src/|^node_modules/(express|winston)|${database}`, pathNot: '^src/(core|identity)/' },
    },
    {
      name: 'webhooks-know-core',
      severity: 'error',
      from: { path: '^src/webhooks/' },
      to: { path: `^src/|^node_modules/(express|winston)|${database}`, pathNot: '^src/(core|webhooks)/' },
    },
    {
      name: 'http-knows-types-of-core-and-identity',
      severity: 'error',
      from: { path: '^src/http/' },
      to: { path: '^src/', pathNot: '^src/http/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'dialects-are-islands',
      severity: 'error',
      from: { path: '^src/dialects/([^/]+)/' },
      to: { path: '^src/dialects/([^/]+)/', pathNot: '^src/dialects/($1|huawei-ims)/' },
    },
    {
      name: 'huawei-ims-is-for-two',
      comment: 'What the two versions of one vendor share: its errors, its readers, its rules of pairs.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/dialects/(huawei-images|huawei-cloudimages|huawei-ims)/' },
      to: { path: '^src/dialects/huawei-ims/' },
    },
    {
      name: 'huawei-ims-knows-neither',
      severity: 'error',
      from: { path: '^src/dialects/huawei-ims/' },
      to: { path: '^src/dialects/[^/]+/', pathNot: '^src/dialects/huawei-ims/' },
    },
    {
      name: 'dialects-know-no-storage',
      severity: 'error',
      from: { path: '^src/dialects/' },
      to: { path: `^src/(storage|postgres|settings|logging)/|^node_modules/winston|${database}` },
    },
    {
      name: 'dialects-know-identity-by-type',
      severity: 'error',
      from: { path: '^src/dialects/' },
      to: { path: '^src/identity/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'layers-know-no-composition',
      severity: 'error',
      from: { path: layers },
      to: { path: above },
    },
    {
      name: 'dialects-by-their-index',
      severity: 'error',
      from: { path: above },
      to: { path: '^src/dialects/[^/]+/', pathNot: '/index\\.ts$' },
    },
    {
      name: 'postgres-is-a-server',
      comment: 'The embedded server: it knows no schema, no rules, no settings.',
      severity: 'error',
      from: { path: '^src/postgres/' },
      to: { path: '^src/', pathNot: '^src/postgres/|^src/storage/database/' },
    },
    {
      name: 'recordings-know-formats',
      comment: 'They speak to services over the wire alone.',
      severity: 'error',
      from: { path: '^src/recording/' },
      to: {
        path: `^src/|^node_modules/(express|winston)|${database}`,
        pathNot:
          '^src/recording/|^src/(seed/seed-file|settings/base-url|identity/signatures/canonical)\\.ts$',
      },
    },
    {
      name: 'settings-and-logging-stand-below',
      severity: 'error',
      from: { path: '^src/(settings|logging)/' },
      to: {
        path: '^src/',
        pathNot: '^src/(settings|logging|core)/|^src/(storage/database/connection|identity/roles)\\.ts$',
      },
    },
    {
      name: 'database-only-in-storage',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(storage|postgres)/' },
      to: { path: database },
    },
    {
      name: 'measuring-only-in-observation',
      comment:
        'The other parts count in plain numbers, so that a request pays little and traces cost nothing unset.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/observation/' },
      to: { path: '^node_modules/(prom-client|@opentelemetry)/' },
    },
    { name: 'src-knows-no-test', severity: 'error', from: { path: '^src/' }, to: { path: '^test/' } },
    {
      name: 'no-development-dependency',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: { path: '^dist/' },
  },
};

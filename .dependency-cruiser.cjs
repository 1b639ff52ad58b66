/** Who may import whom; docs/architecture.md says why. */
const database = '^node_modules/(knex|pg)';
const layers = '^src/(core|storage|identity|http|dialects)/';

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
      to: { path: '^src/', pathNot: '^src/(core|storage)/|^src/identity/ports\\.ts$' },
    },
    {
      name: 'identity-knows-core',
      severity: 'error',
      from: { path: '^src/identity/' },
      to: { path: `^src/|^node_modules/(express|winston)|${database}`, pathNot: '^src/(core|identity)/' },
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
      to: { path: '^src/dialects/([^/]+)/', pathNot: '^src/dialects/$1/' },
    },
    {
      name: 'dialects-know-no-storage',
      severity: 'error',
      from: { path: '^src/dialects/' },
      to: { path: `^src/(storage/|[^/]+\\.ts)|^node_modules/winston|${database}` },
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
      to: { path: '^src/[^/]+\\.ts$' },
    },
    {
      name: 'dialects-by-their-index',
      severity: 'error',
      from: { path: '^src/[^/]+\\.ts$' },
      to: { path: '^src/dialects/[^/]+/', pathNot: '/index\\.ts$' },
    },
    {
      name: 'database-only-in-storage',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/storage/' },
      to: { path: database },
    },
    {
      name: 'measuring-only-in-telemetry',
      comment:
        'The other parts count in plain numbers, so that a request pays little and traces cost nothing unset.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/telemetry/' },
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

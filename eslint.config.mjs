import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist', 'coverage', 'node_modules', 'examples/!(dialect)', 'clients'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // A knex query that nobody awaits never runs, and is a thenable, not a Promise.
      '@typescript-eslint/no-floating-promises': ['error', { checkThenables: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // Both fire on winston's and pg's own declarations, which are structural.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      // The environment is read in one place (see .dependency-cruiser.cjs for the rest of the rules).
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Settings come from config.ts.' },
      ],
      'max-lines': ['error', { max: 250, skipBlankLines: false, skipComments: false }],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
    },
  },
  // A migration is one list of statements, and is never edited after a release.
  { files: ['src/storage/migrations/*.ts'], rules: { 'max-lines-per-function': 'off' } },
  // Half of a component is markup, an attribute a line.
  {
    files: ['console/src/**/*.tsx'],
    rules: { 'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['test/**/*.ts', 'knexfile.ts', 'src/main.ts', 'src/cli.ts', 'src/testing/*.ts', 'scripts/**'],
    rules: { 'no-restricted-properties': 'off', 'max-lines-per-function': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    // A test file is a list, whose blank lines do not count; fast-check properties and supertest answers are loosely typed by nature.
    rules: {
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },
  { files: ['**/*.mjs', '**/*.cjs', '**/*.js'], ...tseslint.configs.disableTypeChecked },
  {
    files: ['**/*.cjs', '**/*.mjs'],
    languageOptions: { globals: { module: 'writable', process: 'readonly', console: 'readonly' } },
    rules: { 'no-restricted-properties': 'off', '@typescript-eslint/explicit-module-boundary-types': 'off' },
  },
  // Loaded by plain `node --require` as well as by tests.
  {
    files: ['test/support/contracts/*.cjs', 'scripts/peers/*.cjs'],
    languageOptions: {
      globals: { require: 'readonly', exports: 'writable', Buffer: 'readonly', URL: 'readonly' },
    },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: ['src/docs/assets/*.js'],
    languageOptions: { globals: { document: 'readonly', window: 'readonly' } },
  },
);

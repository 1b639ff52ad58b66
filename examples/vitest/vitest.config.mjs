export default { test: { globalSetup: 'tagway/vitest', include: ['**/*.test.mjs'] } };

// One gateway for all workers; it ends with Jest, however that ends.
module.exports = { globalSetup: 'tagway/jest', testMatch: ['**/*.test.cjs'] };

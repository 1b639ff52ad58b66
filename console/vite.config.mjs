/** Builds the page that a gateway shows at /console/. `npx vite console` shows it beside a gateway on port 9292. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'));
const gateway = 'http://127.0.0.1:9292';

export default {
  root: import.meta.dirname,
  base: '/console/',
  cacheDir: '../node_modules/.vite',
  define: { tagwayVersion: JSON.stringify(version) },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    // The policy of the page refuses data: URLs and inline scripts.
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: false,
    emptyOutDir: true,
    rolldownOptions: {
      input: [join(import.meta.dirname, 'index.html'), join(import.meta.dirname, 'landing.html')],
    },
  },
  server: {
    proxy: { '^/(?:v1|v2|v3|admin)(?:/|$)|^/console/api/': gateway },
  },
};

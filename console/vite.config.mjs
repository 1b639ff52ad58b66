/** Builds the page that a gateway shows at /console/. `npx vite console` shows it beside a gateway on port 9292. */
const gateway = 'http://127.0.0.1:9292';

export default {
  root: import.meta.dirname,
  base: '/console/',
  cacheDir: '../node_modules/.vite',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    // The policy of the page refuses data: URLs and inline scripts.
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: false,
    emptyOutDir: true,
  },
  server: {
    proxy: { '^/(?:v1|v2|v3|admin)(?:/|$)|^/console/api/': gateway },
  },
};

const { join } = require('node:path');

let bundled;

/** Jest's own way, but for packages that bundle.ts has put into one file. */
module.exports = function resolve(path, options) {
  // Where tests run in jest's own process, that is made after this was loaded.
  const told = process.env['TEST_PACKAGES'];
  if (told !== undefined) bundled ??= JSON.parse(told);
  const isBundled = bundled?.names.includes(path) && !options.basedir.includes('node_modules');
  return isBundled ? join(bundled.folder, `${path}.js`) : options.defaultResolver(path, options);
};

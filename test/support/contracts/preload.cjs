/** For `node --require`: writes down the answers of every server of the process, for the end of the test run. */
const { appendFileSync } = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const { join } = require('node:path');
const { watch } = require('./recorder.cjs');

const folder = process.env.TEST_EXCHANGES;
const events = new Set(['request', 'checkContinue', 'checkExpectation']);

/** At once and not in bulk: tests kill these processes. */
function note(exchange) {
  try {
    appendFileSync(join(folder, `exchanges-${process.pid}.ndjson`), `${JSON.stringify(exchange)}\n`);
  } catch {
    // A process of another account may not write here; what it answers is seen in other tests.
  }
}

for (const { prototype } of folder ? [http.Server, https.Server] : []) {
  const { emit } = prototype;
  prototype.emit = function (event, ...args) {
    if (events.has(event)) watch(args[0], args[1], note);
    return emit.call(this, event, ...args);
  };
}

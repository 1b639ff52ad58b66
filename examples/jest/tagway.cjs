// One gateway for a test file. In a project of your own: `npm install --save-dev tagway`, then `npx tagway`.
const { spawn } = require('node:child_process');

/** Resolves with what `npx tagway --ephemeral` prints, and with `stop`. */
function startTagway(...args) {
  const child = spawn('npx', ['tagway', '--ephemeral', ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let text = '';
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`tagway ended with ${code} before it was ready`)));
    child.stdout.on('data', (chunk) => {
      text += chunk;
      if (!text.includes('\n')) return;
      const tagway = JSON.parse(text);
      const ended = new Promise((done) => child.once('exit', done));
      resolve({ ...tagway, stop: () => (process.kill(tagway.pid, 'SIGTERM'), ended) });
    });
  });
}

module.exports = { startTagway };

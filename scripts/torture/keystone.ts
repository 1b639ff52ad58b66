import { FakeKeystone } from '../../test/support/fake-keystone';

/** A Keystone in a process of its own, so that it can be stopped. Says where it is, and ends with its parent. */
async function main(): Promise<void> {
  const [project = ''] = process.argv.slice(2);
  const keystone = new FakeKeystone();
  await keystone.start();
  const token = keystone.aToken({ user: 'u1', project, roles: ['member'] });
  // What it notes of each call is for tests; here there is no end of them.
  setInterval(() => (keystone.calls.length = 0), 1_000);
  process.stdout.write(
    `${JSON.stringify({ url: keystone.url, token, serviceUser: keystone.serviceUser })}\n`,
  );
  process.stdin.resume();
  process.stdin.on('end', () => process.exit());
}

void main();

import { consoleSite, signIn } from './site';

jest.setTimeout(120_000);

/* What a first visit costs: bytes over the wire, and time of the main thread until images are shown. */
const given = consoleSite({ images: 1_002 });

const most = { bytes: 150 * 1024, tasksMs: 1_500 };

test('a first load is small, and the main thread is soon free', async () => {
  const page = await given().open();
  await page.context().clearCookies();
  const client = await page.context().newCDPSession(page);
  await client.send('Network.enable');
  await client.send('Network.setCacheDisabled', { cacheDisabled: true });
  // The thread's own time: what else the machine does does not count.
  await client.send('Performance.enable', { timeDomain: 'threadTicks' });
  let bytes = 0;
  client.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
  await page.reload();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  const loaded = bytes;
  await signIn(page);
  const { metrics } = await client.send('Performance.getMetrics');
  const tasksMs = 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Infinity);
  expect(loaded).toBeGreaterThan(30 * 1024);
  process.stdout.write(`first load ${String(loaded)} bytes, main thread ${tasksMs.toFixed()} ms\n`);
  expect(loaded).toBeLessThan(most.bytes);
  expect(tasksMs).toBeLessThan(most.tasksMs);
});

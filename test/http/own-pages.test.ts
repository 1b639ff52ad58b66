import { Router, type Response } from 'express';
import { AdmissionControl } from '../../src/http/admission';
import { ignoreObservation } from '../../src/core/observe';
import { createApp, type Surface } from '../../src/http/app';
import { listen } from '../../src/http/lifecycle';
import { LoadShedding } from '../../src/http/load-shedding';
import { shareInFlight } from '../../src/http/share-in-flight';

const shedding = (floor: number): LoadShedding =>
  new LoadShedding(new AdmissionControl({ floor, most: floor, wait: 1 }), false, () => undefined);

/** A surface whose answers wait until they are let go. */
function held(name: string, more: Partial<Surface> = {}): { surface: Surface; waiting: Response[] } {
  const waiting: Response[] = [];
  const router = Router().get(`/${name}`, (_req, res) => {
    waiting.push(res);
  });
  return { surface: { name, path: new RegExp(`^/${name}$`), router, ...more }, waiting };
}

test('a flood of pages is refused among itself: probes and requests to a dialect are answered', async () => {
  const page = held('docs');
  const probe = held('readyz', { isProbe: true });
  const dialect = held('v2', { overloaded: (_req, res) => res.writeHead(503).end('of the dialect') });
  const surfaces = [page, probe, dialect].map(({ surface }) => surface);
  const app = createApp(surfaces, ignoreObservation, { requests: shedding(2), pages: shedding(2) });
  const server = await listen(app, '127.0.0.1', 0);
  const ask = (path: string): Promise<globalThis.Response> =>
    fetch(`http://127.0.0.1:${String(server.port)}/${path}`);
  const until = async (of: typeof page, number: number): Promise<void> => {
    while (of.waiting.length < number) await new Promise(setImmediate);
  };

  const answers = [ask('docs'), ask('docs')];
  await until(page, 2);
  const refused = await ask('docs');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  for (const [at, of] of [probe, dialect].entries()) {
    const path = at === 0 ? 'readyz' : 'v2';
    answers.push(ask(path), ask(path));
    await until(of, 2);
  }
  // Probes have no limit, and dialects are refused by their own.
  answers.push(ask('readyz'));
  await until(probe, 3);
  expect(await (await ask('v2')).text()).toBe('of the dialect');
  for (const { waiting } of [page, probe, dialect]) for (const res of waiting) res.end();
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(answers.map(() => 200));
  await server.drain(1_000);
});

test('work is done once for all who ask while it is under way, and anew for who asks later', async () => {
  let times = 0;
  let finish: (() => void) | undefined;
  const ask = shareInFlight(async () => {
    times++;
    await new Promise<void>((resolve) => (finish = resolve));
    return times;
  });
  const first = [ask(), ask(), ask()];
  finish?.();
  expect(await Promise.all(first)).toEqual([1, 1, 1]);
  const second = ask();
  finish?.();
  expect(await second).toBe(2);
});

test('a failure is told to all who asked, and is not remembered', async () => {
  let fails = true;
  const ask = shareInFlight(() => (fails ? Promise.reject(new Error('away')) : Promise.resolve('there')));
  const both = await Promise.allSettled([ask(), ask()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  fails = false;
  expect(await ask()).toBe('there');
});

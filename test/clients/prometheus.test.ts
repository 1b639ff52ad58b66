import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { testGateway } from '../support/gateway';
import { removeFolder, temporaryFolder } from '../support/gateway-process';
import { send, type Sent } from '../support/wire';
import { thePerson, tokenOf } from '../dialects/identity-v3/people';
import { run } from './command';
import { startPrometheus } from './prometheus';

jest.setTimeout(120_000);

const root = join(__dirname, '../..');
const ops = (name: string): string => join(root, 'ops', name);
const given = testGateway();
let home: string;
beforeAll(() => {
  home = temporaryFolder('tagway-prometheus');
});
afterAll(() => {
  removeFolder(home);
});

/** @throws with what promtool said, when it found something */
async function promtool(...args: string[]): Promise<void> {
  const { code, out, err } = await run(home, {}, 'promtool', ...args);
  if (code !== 0) throw new Error(`${out}${err}`);
}

/** What docs/monitoring.md would have people write, for this gateway, in a folder with the rules. */
function documentedConfig(): string {
  const [, block = ''] = /```yaml\n(scrape_configs:[^]*?)```/.exec(page('docs/monitoring.md')) ?? [];
  const config = parse(block) as { scrape_configs: [{ static_configs: [{ targets: string[] }] }] };
  const [{ static_configs: places }] = config.scrape_configs;
  places[0].targets = [`127.0.0.1:${String(given().port)}`];
  copyFileSync(ops('prometheus/alerts.yaml'), join(home, 'tagway-alerts.yaml'));
  const path = join(home, 'prometheus.yml');
  writeFileSync(path, stringify({ global: { scrape_interval: '1s', evaluation_interval: '1s' }, ...config }));
  return path;
}

const page = (path: string): string => readFileSync(join(root, path), 'utf8');

test('promtool finds the alert rules well-formed', () =>
  promtool('check', 'rules', '--lint=all', '--lint-fatal', ops('prometheus/alerts.yaml')));

test('every alert fires when it should, and only then', () =>
  promtool('test', 'rules', ops('prometheus/alerts.test.yaml')));

test('promtool takes the configuration that the documentation shows', () =>
  promtool('check', 'config', documentedConfig()));

test('promtool finds no fault with what the gateway itself shows', async () => {
  const path = join(home, 'metrics.txt');
  writeFileSync(path, (await send(given().port, 'GET', '/metrics')).text);
  const { out, err } = await run(home, {}, 'sh', '-c', `promtool check metrics <'${path}'`);
  const faults = `${out}${err}`.split('\n').filter((line) => line !== '');
  // Those that prom-client makes of Node's own numbers have names of their own.
  expect(faults.filter((line) => !line.startsWith('nodejs_active_'))).toEqual([]);
});

describe('a Prometheus that is set up as documented', () => {
  test('scrapes the gateway, keeps the rules in good health, and answers all that the dashboard asks', async () => {
    const prometheus = await startPrometheus(home, documentedConfig());
    try {
      expect(await prometheus.until('up{job="tagway"} == 1')).toHaveLength(1);
      const token = await tokenOf(given(), await thePerson(given(), 'alice', 'member'));
      const ask = (method: string, path: string, more?: Sent) =>
        send(given().port, method, path, { token, ...more });
      const { id } = (await ask('POST', '/v2/images', { body: { name: 'one' } })).json<{ id: string }>();
      // A series that is born with its first request has no rate until the second.
      for (const count of ['1', '2']) {
        await ask('PUT', `/v2/images/${id}/tags/t${count}`);
        await prometheus.until(`sum(tagway_requests_total{status="204"}) == ${count}`);
      }
      const blank: string[] = [];
      for (const expression of dashboardExpressions()) {
        if ((await prometheus.query(expression)).length === 0) blank.push(expression);
      }
      expect(blank).toEqual([]);
      const rules = await prometheus.rules();
      expect(rules.length).toBeGreaterThan(5);
      expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    } finally {
      await prometheus.stop();
    }
  });
});

/** As Grafana sends them, with everything chosen. */
function dashboardExpressions(): string[] {
  const found = [...page('ops/grafana/tagway.json').matchAll(/^\s*"expr": (".*"),?$/gm)];
  return found.map(([, text = '""']) =>
    (JSON.parse(text) as string)
      .replaceAll(/\$(?:instance|dialect)\b/g, '.*')
      .replaceAll('$__rate_interval', '1m'),
  );
}
